// Amounts as people read them, by tables of units.
#include "shoal/base/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace shoal {
namespace {

/// What an amount is told in from a limit on: amount / size, with so many digits behind the point.
struct Unit {
  double from;
  double size;
  const char* name;
  int digits;
};

constexpr double kKiB = 1024.0;
constexpr double kMiB = 1024.0 * kKiB;
constexpr double kGiB = 1024.0 * kMiB;
constexpr double kTiB = 1024.0 * kGiB;

// In order of the limits. Memory is planned in MiB: hence MiB reach down to a tenth of one.
constexpr std::array kDecimalUnits{Unit{1e3, 1e3, "kB", 1}, Unit{1e6, 1e6, "MB", 1}, Unit{1e9, 1e9, "GB", 1},
                                   Unit{1e12, 1e12, "TB", 1}};
constexpr std::array kBinaryUnits{Unit{kKiB, kKiB, "KiB", 1}, Unit{0.1 * kMiB, kMiB, "MiB", 1},
                                  Unit{10.0 * kMiB, kMiB, "MiB", 0}, Unit{kGiB, kGiB, "GiB", 2},
                                  Unit{kTiB, kTiB, "TiB", 2}};
constexpr std::array kTimes{Unit{0.0, 1.0, "s", 1}, Unit{10.0, 1.0, "s", 0}, Unit{120.0, 60.0, "minutes", 0},
                            Unit{7200.0, 3600.0, "hours", 1}, Unit{172800.0, 86400.0, "days", 1}};

/// The amount in the last unit whose limit it reaches; empty below the first limit.
std::string in_units(double amount, std::span<const Unit> units) {
  const auto above = std::upper_bound(units.begin(), units.end(), amount,
                                      [](double a, const Unit& unit) { return a < unit.from; });
  if (above == units.begin()) return "";
  const Unit& unit = *(above - 1);
  return fmt::format("{:.{}f} {}", amount / unit.size, unit.digits, unit.name);
}

}  // namespace

std::string bytes_text(std::int64_t bytes, ByteUnits units) {
  const auto amount = static_cast<double>(bytes);
  const std::string text =
      units == ByteUnits::decimal ? in_units(amount, kDecimalUnits) : in_units(amount, kBinaryUnits);
  return !text.empty() ? text : fmt::format("{} {}", bytes, bytes == 1 ? "byte" : "bytes");
}

std::string duration_text(double seconds) {
  if (seconds == 0.0) return "0 s";
  return seconds < 0.1 ? "less than 0.1 s" : in_units(seconds, kTimes);
}

}  // namespace shoal
