// One logger for the program and every library it opens: lines for a person on standard error, and events for
// whoever reads the log later.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace shoal::log {

enum class Level { debug, info, warning, error };

/// Which rank speaks, and from which level on. Ranks other than 0 speak from warnings on.
void configure(int rank, int ranks, Level from);

void write(Level level, const std::string& message);

/// Replaces the progress line on a terminal; elsewhere a plain line, at most one every ten seconds and the
/// last one of a stage. Only rank 0 shows it.
void progress(const std::string& message, bool last = false);
/// The last message of progress(), whether it was shown or not.
std::string last_progress();

/// A named value of an event.
struct Field {
  std::string_view name;
  std::variant<std::int64_t, double, std::string> value;
};

/// Takes each event as one line of JSON without its end, from any thread, one at a time. It must not throw.
using EventSink = std::function<void(const std::string& line)>;
/// From here on events and messages go to the sink too; an empty one ends that.
void set_event_sink(EventSink sink);
/// {"time": "2026-01-31T12:00:00.123Z", "event": name, and the fields}
void event(std::string_view name, std::initializer_list<Field> fields = {});

/// Since this process began.
std::int64_t milliseconds_since_start();

/// Now, in UTC as ISO 8601 with milliseconds.
std::string utc_time();

template <class... Args>
void debug(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::debug, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void info(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::info, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void warning(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::warning, fmt::format(format, std::forward<Args>(args)...));
}
template <class... Args>
void error(fmt::format_string<Args...> format, Args&&... args) {
  write(Level::error, fmt::format(format, std::forward<Args>(args)...));
}

}  // namespace shoal::log
