// One logger for the program and every library it opens: lines for a person on standard error.
#pragma once

#include <fmt/format.h>

#include <string>
#include <utility>

namespace shoal::log {

enum class Level { debug, info, warning, error };

/// Which rank speaks, and from which level on. Ranks other than 0 speak from warnings on.
void configure(int rank, int ranks, Level from);

void write(Level level, const std::string& message);

/// Replaces the progress line on a terminal; elsewhere a plain line, at most one every ten seconds and the
/// last one of a stage. Only rank 0 shows it.
void progress(const std::string& message, bool last = false);

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
