#!/bin/sh
# A disk that fills up at any point of writing: no rank hangs or crashes, the exit code is 5, nothing unfinished stays.
# Usage: full_disk.sh FOLDER COMMAND...; the command gets the folder as its last argument.
# Exit 77: this user may not mount a small disk.
folder=$1
shift
mkdir -p "$folder"
if ! unshare --mount mount -t tmpfs tmpfs "$folder" 2>/dev/null; then
  echo "SKIPPED: a small disk cannot be mounted here; run as root to test writing to a full one" >&2
  exit 77
fi
export folder
for kilobytes in 200 1100 1250; do
  unshare --mount sh -c '
    mount -t tmpfs -o size="$0k" tmpfs "$folder" || exit 1
    timeout 200 "$@" "$folder"
    code=$?
    echo "disk of $0 kB: exit code $code, left: $(ls "$folder" | tr "\n" " ")"
    test $code -eq 5 && ! ls "$folder" | grep -q partial' "$kilobytes" "$@" || exit 1
done
