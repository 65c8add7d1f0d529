// The text goes to rank 0 window by window, of whichever ranks a window holds something: as many rounds as
// its bytes need, however many ranks there are.
#include "pipeline/results/text_by_rank.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include "shoal/comm/on_root.hpp"

namespace shoal {

void append_by_rank(Communicator& comm, std::string_view mine, PartialFile* file) {
  const std::int64_t begin = comm.exclusive_sum(std::ssize(mine));
  const std::int64_t all = comm.sum(std::ssize(mine));
  constexpr auto kWindow = static_cast<std::int64_t>(kTextWindow);
  for (std::int64_t window = 0; window < all; window += kWindow) {
    const auto in_mine = [&](std::int64_t at) {
      return static_cast<std::size_t>(std::clamp<std::int64_t>(at - begin, 0, std::ssize(mine)));
    };
    const std::size_t from = in_mine(window);
    const auto parts =
        comm.gather(std::as_bytes(std::span(mine)).subspan(from, in_mine(window + kWindow) - from), 0);
    on_root(comm, [&] {
      for (const Bytes& part : parts) file->write(part);
    });
  }
}

}  // namespace shoal
