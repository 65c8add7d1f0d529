// Digit by digit: of the rows that share the limit's digits so far, how many have each next one.
#include "lowest_keys.hpp"

#include <array>
#include <vector>

namespace shoal {
namespace {

constexpr int kDigits = 16;  ///< bytes of key and row, highest first

int digit_of(const KeyedRow& row, int place) {
  const std::uint64_t half = place < 8 ? row.key : row.row;
  return static_cast<int>(half >> (56 - 8 * (place % 8)) & 0xFF);
}

void set_digit(KeyedRow& row, int place, std::uint64_t digit) {
  std::uint64_t& half = place < 8 ? row.key : row.row;
  const int shift = 56 - 8 * (place % 8);
  half = (half & ~(std::uint64_t{0xFF} << shift)) | digit << shift;
}

}  // namespace

KeyedRow limit_of_lowest(Communicator& comm, std::span<const KeyedRow> mine, std::int64_t count) {
  KeyedRow limit;
  if (comm.sum(std::ssize(mine)) <= count) return limit;
  if (count <= 0) return {0, 0};
  std::vector<KeyedRow> alike(mine.begin(), mine.end());
  std::int64_t wanted = count;
  for (int place = 0; place < kDigits; ++place) {
    std::array<std::int64_t, 256> rows{};
    for (const KeyedRow& row : alike) ++rows[static_cast<std::size_t>(digit_of(row, place))];
    comm.allreduce_sum(rows);
    std::size_t digit = 0;
    while (rows[digit] < wanted) wanted -= rows[digit++];
    set_digit(limit, place, digit);
    if (rows[digit] == wanted) break;  // whatever digits follow, the limit takes all that are left
    std::erase_if(alike,
                  [&](const KeyedRow& row) { return digit_of(row, place) != static_cast<int>(digit); });
  }
  return limit;
}

}  // namespace shoal
