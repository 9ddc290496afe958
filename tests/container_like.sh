#!/bin/sh
# Runs a command as in a bare container: a user without a name, a home that is not theirs (/, as Docker sets it), a
# read-only checkout, one core, LANG=C.
#   sh tests/container_like.sh python -m models inspect transformer-113
# Only root may do so; it happens in a mount namespace of its own, and nothing outside of it changes.
set -eu
cd "$(dirname "$0")/.."
checkout=$PWD
environment=$(readlink -f .venv)
interpreter=$(readlink -f .venv/bin/python)
export checkout environment prefix="${interpreter%/bin/*}"
exec unshare --mount sh -euc '
    for folder in "$checkout" "$environment"; do
        mount --bind "$folder" "$folder"
        mount -o remount,bind,ro "$folder"
    done
    case $prefix in /root/*)  # an interpreter in a home that others may not enter
        held=$(mktemp -d)
        mount --bind "$prefix" "$held"
        mount -t tmpfs -o mode=755 tmpfs /root
        mkdir -p "$prefix"
        mount --bind "$held" "$prefix"
        umount "$held"
        rmdir "$held"
    esac
    cd "$checkout"
    exec setpriv --reuid 54321 --regid 54321 --clear-groups --bounding-set=-all --no-new-privs \
        env -i PATH="$checkout/.venv/bin:/usr/bin:/bin" HOME=/ LANG=C taskset -c 0 "$@"
' sh "$@"
