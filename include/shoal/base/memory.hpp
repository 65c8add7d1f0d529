// How much memory this process has and takes, in bytes.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

/// In memory now, and at most so far, pages of mapped files included. 0 where the kernel does not tell.
std::int64_t resident_memory();
std::int64_t peak_resident_memory();

/// What the processes of this node may still take together: the least of what the kernel calls available and
/// what is left to the control groups that this process is in (Slurm limits a job by them). root: for tests, a
/// folder that stands for /; what is absent limits nothing.
std::int64_t available_memory(const std::string& root = "");

/// Returns freed memory to the system, so that what one part of a run leaves does not add to what the next
/// one takes.
void give_back_freed_memory();
/// Makes blocks of some MiB come from the system and return to it at once, whatever was freed before: what a
/// process takes then depends on its data alone. To be called before threads are started.
void use_predictable_allocation();

}  // namespace shoal
