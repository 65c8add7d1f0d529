// From the digest of a name.
#include "places.hpp"

#include <fmt/format.h>

#include "shoal/base/digest.hpp"

namespace shoal {
namespace {

std::string micro_degrees(std::uint64_t bits, std::uint64_t span) {
  const std::int64_t value =
      static_cast<std::int64_t>(bits % (2'000'000 * span)) - static_cast<std::int64_t>(1'000'000 * span);
  const std::int64_t size = value < 0 ? -value : value;
  return fmt::format("{}{}.{:06}", value < 0 ? "-" : "", size / 1'000'000, size % 1'000'000);
}

}  // namespace

MadePlace place_of(const std::string& name) {
  const std::uint64_t bits = hash_bits(name);
  return {bits % 1'000'000'000'000, micro_degrees(bits >> 8, 60), micro_degrees(bits >> 24, 180)};
}

}  // namespace shoal
