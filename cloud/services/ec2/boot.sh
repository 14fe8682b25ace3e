#!/bin/sh
# The first program of an instance: runs its user data, once in its life, and stays until the instance ends.
trap : TERM INT HUP
code=$1 run=$2 modules=$3
log=var/log/cloud-init-output.log
mkdir -p tmp var/log var/lib/cloud/instance/scripts
[ -e node_modules ] || ln -s "$modules" node_modules
mkfifo .init && exec 3<>.init && rm .init
if [ "$run" = user-data ]; then
  part=var/lib/cloud/instance/scripts/part-001
  cp "$code/user-data" "$part" && chmod 700 "$part"
  {
    "$PWD/$part" </dev/null 3<&-
    status=$?
    [ $status -eq 0 ] || echo "cloud-init: the user data's script ended with status $status"
    # What writes to the log stays for those who have last things to say when the instance ends.
  } 2>&1 | (trap '' TERM INT HUP; exec 3<&-; exec tee -a "$log") &
fi
while :; do read -r _ <&3; done
