#!/bin/sh
# `sudo` in an instance: there is one user, who may do all that can be done here.
while [ $# -gt 0 ]; do
  case $1 in
    -u | -g | -h | -p | -C | -r | -t | --user | --group) shift 2 ;;
    --) shift; break ;;
    -*) shift ;;
    *=*) export "${1?}"; shift ;;
    *) break ;;
  esac
done
if [ $# -eq 0 ]; then exit 0; fi
exec "$@"
