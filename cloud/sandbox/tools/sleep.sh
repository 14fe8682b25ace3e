#!/bin/sh
# `sleep` on the cloud's clock: asks for the end of its span, and waits until the clock has reached it.
case $1 in --help | --version) exec @SLEEP@ "$1" ;; esac
reply=@REPLIES@/$$
mkfifo -m 600 "$reply" 2>/dev/null || { rm -f "$reply" && mkfifo -m 600 "$reply"; } || exit 1
trap 'rm -f "$reply"' EXIT
trap 'exit 143' TERM
trap 'exit 130' INT
trap 'exit 129' HUP
exec 9<>"$reply"
echo "@KEY@ sleep $$ $*" >@DESK@
read -r status why <&9
[ -z "$why" ] || echo "sleep: $why" >&2
exit "$status"
