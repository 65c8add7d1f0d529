// Work of the host on memory that the device reads or has written: one thread copies a few GB/s, a tenth of
// what a GPU takes.
#pragma once

#include <algorithm>
#include <cstddef>

#include "shoal/base/threads.hpp"

namespace shoal {

/// Calls work(begin, end) for parts of [0, count), on several threads where it is worth starting them.
template <class Work>
void in_shares(std::size_t count, int threads, const Work& work) {
  constexpr std::size_t kShare = std::size_t{1} << 18;
  const std::size_t shares = (count + kShare - 1) / kShare;
  parallel_for(shares, shares < 4 ? 1 : threads,
               [&](std::size_t i) { work(i * kShare, std::min(count, (i + 1) * kShare)); });
}

}  // namespace shoal
