#!/bin/sh
# `shutdown` and its kin: the instance's own power, never the machine's.
name=${0##*/}
reply=@REPLIES@/$$
mkfifo -m 600 "$reply" 2>/dev/null || { rm -f "$reply" && mkfifo -m 600 "$reply"; } || exit 1
trap 'rm -f "$reply"' EXIT
exec 9<>"$reply"
echo "@KEY@ power $$ $name $*" >@DESK@
read -r status why <&9
[ -z "$why" ] || echo "$why" >&2
exit "$status"
