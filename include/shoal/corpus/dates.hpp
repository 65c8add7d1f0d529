// Dates as sources write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace shoal {

inline constexpr std::int64_t kSecondsOfDay = 86400;

/// A smaller number is no second since 1970 that anybody would write (this one is in 2001): a year, or a day
/// without dashes.
inline constexpr std::int64_t kFirstWrittenSeconds = 1'000'000'000;

/// Seconds since 1970 of an ISO 8601 date, "2017-04-30", with a time of day where it has one,
/// "2017-04-30T23:30:00.5-07:00" (also with a space for the T); a time without an offset counts as UTC. Also
/// "Wed Oct 10 20:19:24 +0000 2018". Nothing where text is no date, or something follows it.
std::optional<std::int64_t> time_of(std::string_view text);

/// The day of that time as ISO 8601 has it, "2017-04-30", and the time, "2017-04-30T23:30:00Z". Outside of
/// the years that have four digits they are the seconds themselves.
std::string day_text(std::int64_t seconds);
std::string time_text(std::int64_t seconds);

/// Whether a post cannot well be of that time: of the first day of 1970, which stands for a clock that was
/// never set or a date that was not known, or later than its record was collected, where that is known.
bool is_doubtful_time(std::int64_t taken_at, std::optional<std::int64_t> collected_at);

}  // namespace shoal
