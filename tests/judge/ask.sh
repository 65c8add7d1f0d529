#!/usr/bin/env bash
# Runs a judge, a Python program, where there is a Python; elsewhere says so and leaves with 77, which means skipped.
# Arguments: PYTHON SCRIPT ARGUMENTS...
set -euo pipefail
if ! command -v "$1" >/dev/null; then
  echo "SKIPPED: there is no $1 to run $(basename "$2"); tools/setup --judges installs it" >&2
  exit 77
fi
exec "$@"
