// ISO 8601, as far as programs write it.
#include "shoal/corpus/dates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>

#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

/// Takes so many digits from the front of a text.
std::optional<int> take_number(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = 10 * number + (c - '0');
  }
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

/// The day, in seconds since 1970.
std::optional<std::int64_t> take_day(std::string_view& text) {
  const auto year = take_number(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_number(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_number(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(*year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
  if (!calendar.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(calendar).time_since_epoch().count()} * kSecondsOfDay;
}

/// "23:30", "23:30:00", "23:30:00.000", in seconds; of a second's parts only that they are digits counts.
std::optional<std::int64_t> take_time(std::string_view& text) {
  const auto hour = take_number(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_number(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  int second = 0;
  if (take(text, ':')) {
    const auto told = take_number(text, 2);
    if (!told || *told > 60) return std::nullopt;
    second = *told;
    if (take(text, '.') || take(text, ',')) {
      if (!take_number(text, 1)) return std::nullopt;
      while (take_number(text, 1)) {
      }
    }
  }
  return *hour * 3600 + *minute * 60 + second;
}

/// "Z", "UTC", "+03", "+0300", "-07:00" or nothing, in seconds east of Greenwich.
std::optional<std::int64_t> take_offset(std::string_view& text) {
  if (text.starts_with(' ')) text.remove_prefix(1);
  if (text.empty() || text == "Z" || text == "z" || text == "UTC" || text == "GMT") {
    text = {};
    return 0;
  }
  const bool west = take(text, '-');
  if (!west && !take(text, '+')) return std::nullopt;
  const auto hours = take_number(text, 2);
  if (!hours || *hours > 15) return std::nullopt;
  int minutes = 0;
  if (take(text, ':') || !text.empty()) {
    const auto told = take_number(text, 2);
    if (!told || *told > 59) return std::nullopt;
    minutes = *told;
  }
  const std::int64_t seconds = *hours * 3600 + minutes * 60;
  return west ? -seconds : seconds;
}

/// "Wed Oct 10 20:19:24 +0000 2018", as Twitter writes times, in the order of ISO 8601; other texts as they
/// are.
std::string in_iso_order(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::size_t kBytes = 30;
  if (text.size() != kBytes) return std::string(text);
  const auto month = std::ranges::find(kMonths, text.substr(4, 3));
  if (month == kMonths.end() || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' || text[19] != ' ')
    return std::string(text);
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  return std::string(text.substr(26, 4)) + (number < 10 ? "-0" : "-") + std::to_string(number) + "-" +
         std::string(text.substr(8, 2)) + "T" + std::string(text.substr(11, 8)) +
         std::string(text.substr(20, 5));
}

/// Of ISO 8601.
std::optional<std::int64_t> iso_time(std::string_view text) {
  const auto day = take_day(text);
  if (!day || text.empty()) return day;
  if (!take(text, 'T') && !take(text, 't') && !take(text, ' ')) return std::nullopt;
  const auto time = take_time(text);
  if (!time) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || !text.empty()) return std::nullopt;
  return *day + *time - *offset;
}

}  // namespace

std::optional<std::int64_t> time_of(std::string_view text) { return iso_time(in_iso_order(trimmed(text))); }

std::string day_text(std::int64_t seconds) {
  constexpr std::int64_t kFirst = -62167219200;   // the year 0
  constexpr std::int64_t kBehind = 253402300800;  // the year 10000
  if (seconds < kFirst || seconds >= kBehind) return std::to_string(seconds);
  using std::chrono::floor, std::chrono::days;
  const std::chrono::year_month_day day(floor<days>(std::chrono::sys_seconds(std::chrono::seconds(seconds))));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                     static_cast<unsigned>(day.day()));
}

std::string time_text(std::int64_t seconds) {
  const std::string day = day_text(seconds);
  if (day == std::to_string(seconds)) return day;
  const std::int64_t of_day = (seconds % kSecondsOfDay + kSecondsOfDay) % kSecondsOfDay;
  return fmt::format("{}T{:02}:{:02}:{:02}Z", day, of_day / 3600, of_day / 60 % 60, of_day % 60);
}

bool is_doubtful_time(std::int64_t taken_at, std::optional<std::int64_t> collected_at) {
  return (taken_at >= 0 && taken_at < kSecondsOfDay) || (collected_at && taken_at > *collected_at);
}

}  // namespace shoal
