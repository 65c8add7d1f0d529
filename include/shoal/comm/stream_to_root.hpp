// What all ranks have, shown to rank 0 piece by piece: it never holds it whole.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "shoal/comm/communicator.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {

/// Bytes of all ranks that lie on rank 0 at a time, and in how many copies.
inline constexpr std::int64_t kStreamWindow = std::int64_t{1} << 20;
inline constexpr std::int64_t kStreamCopies = 2;

/// Calls take(bytes) on rank 0, again and again, until it has seen the bytes of all ranks, by rank. There are
/// as many rounds as the bytes fill windows, however many ranks there are. Errors of take reach all ranks, as
/// on_root says. Collective.
template <class Take>
void stream_to_root(Communicator& comm, std::span<const std::byte> mine, const Take& take) {
  const std::int64_t begin = comm.exclusive_sum(std::ssize(mine));
  const std::int64_t all = comm.sum(std::ssize(mine));
  const auto in_mine = [&](std::int64_t at) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(at - begin, 0, std::ssize(mine)));
  };
  for (std::int64_t window = 0; window < all; window += kStreamWindow) {
    const std::size_t from = in_mine(window);
    const auto parts = comm.gather(mine.subspan(from, in_mine(window + kStreamWindow) - from), 0);
    on_root(comm, [&] {
      for (const Bytes& part : parts) take(part);
    });
  }
}

}  // namespace shoal
