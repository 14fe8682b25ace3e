#!/bin/sh
# `date` on the cloud's clock: the machine's own, told the clock's time. Given a time (-d, -r, -f), that one holds; where it
# is relative ("1 hour ago"), it is meant from the clock's time on.
wanted=
for word; do
  if [ "$wanted" = next ]; then wanted=$word; continue; fi
  case $word in
    -d | --date) wanted=next ;;
    -d?*) wanted=${word#-d} ;;
    --date=*) wanted=${word#--date=} ;;
    -u | --utc | --universal | -R | --rfc-email | -I* | --iso-8601* | --rfc-3339=* | +*) ;;
    *) exec @DATE@ "$@" ;;
  esac
done
case $wanted in @* | *[0-9]-[0-9]* | *[0-9]:[0-9]* | */*) exec @DATE@ "$@" ;; esac
reply=@REPLIES@/$$
mkfifo -m 600 "$reply" 2>/dev/null || { rm -f "$reply" && mkfifo -m 600 "$reply"; } || exit 1
exec 9<>"$reply"
echo "@KEY@ now $$" >@DESK@
read -r now <&9
rm -f "$reply"
exec 9<&-
if [ -z "$wanted" ]; then exec @DATE@ @GIVEN@"$now" "$@"; fi
at="$(@DATE@ -u -d "@$now" '+%F %T UTC') $wanted"
for word; do
  shift
  if [ "$wanted" = drop ]; then wanted=; continue; fi
  case $word in
    -d | --date) wanted=drop ;;
    -d?* | --date=*) ;;
    *) set -- "$@" "$word" ;;
  esac
done
exec @DATE@ -d "$at" "$@"
