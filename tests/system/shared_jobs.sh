#!/usr/bin/env bash
# Makes the jobs that several tests share, and their undisturbed runs, once for all of them: ctest runs this before those.
# Arguments: SOURCE_ROOT PROGRAM MPIEXEC FOLDER, which is made anew.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
mkdir made
cd made
make_shared_jobs
rm -rf "$4"
cp -r "$scratch/made" "$4"
cp -r "$scratch/config" "$4" # the key of pseudonyms
echo "the longer one has $(sed -n 's/^n_init = //p' "$4/long.toml") restarts of k-means, the shorter one 40"
