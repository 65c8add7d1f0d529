#!/usr/bin/env bash
# An installed tree runs from wherever it is moved to. Arguments: SOURCE_ROOT PROGRAM MPIEXEC BUILD_TREE.
# shellcheck source=program.sh
source "$1/tests/system/program.sh"
cmake --install "$4" --prefix "$scratch/first" >/dev/null
mv first moved
installed=$(find moved -type f -name shoal -perm -u+x)
[[ -n $installed ]] || fail 'no program was installed'
expect 0 env -u LD_LIBRARY_PATH "$installed" --version
expect 0 env -u LD_LIBRARY_PATH "$installed" info
# Its libraries are the installed ones, not those of the build tree.
! ldd "$installed" | grep -F "$4" || fail 'the installed program needs the build tree'
[[ -n $(find moved -name demo.toml) ]] || fail 'the job files were not installed'
