// Threads of one rank that share out numbered pieces of work.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace shoal {

/// Calls work(i) once for each i in [0, count), on up to `threads` threads; returns when all are done.
/// The first exception is rethrown, and no new piece is begun after it. Which thread does what is not fixed:
/// results must not depend on it.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

/// As parallel_for; worker is in [0, threads) and never runs two pieces at once, so it can name scratch
/// memory.
void parallel_for_workers(std::size_t count, int threads,
                          const std::function<void(std::size_t piece, int worker)>& work);

/// The processors this process may use (its affinity mask, not the machine).
int available_processors();
/// Which processors these are, as text: equal for processes that share them.
std::string processor_set();

}  // namespace shoal
