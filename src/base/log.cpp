// Lines on standard error, one write call each so that ranks do not mix within a line.
#include "shoal/base/log.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <mutex>

#include "shoal/base/odd_text.hpp"

namespace shoal::log {
namespace {

struct Logger {
  std::mutex mutex;
  int rank = 0;
  int ranks = 1;
  Level from = Level::info;
  bool progress_shown = false;
  std::chrono::steady_clock::time_point last_progress{};
  std::string progress_message;
};

Logger& logger() {
  static Logger instance;
  return instance;
}

void put(const std::string& text) {
  // Nothing sensible can be done about a standard error that does not take a line.
  [[maybe_unused]] const ssize_t n = ::write(STDERR_FILENO, text.data(), text.size());
}

std::string name_of(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
    case Level::info:
      break;
  }
  return "info";
}

}  // namespace

void configure(int rank, int ranks, Level from) {
  Logger& log = logger();
  const std::lock_guard lock(log.mutex);
  log.rank = rank;
  log.ranks = ranks;
  log.from = rank == 0 ? from : std::max(from, Level::warning);
}

void write(Level level, const std::string& message) {
  Logger& log = logger();
  const std::string text = terminal_text(message);
  event("message", {{"level", name_of(level)}, {"text", text}});
  const std::lock_guard lock(log.mutex);
  if (level < log.from) return;
  const std::string who = log.ranks > 1 && log.rank != 0 ? fmt::format("shoal[{}]: ", log.rank) : "shoal: ";
  const char* clear = log.progress_shown ? "\r\033[K" : "";
  log.progress_shown = false;
  const std::string label = level == Level::info ? "" : name_of(level) + ": ";
  put(fmt::format("{}{}{}{}\n", clear, who, label, text));
}

void progress(const std::string& message, bool last) {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  Logger& log = logger();
  const std::lock_guard lock(log.mutex);
  log.progress_message = terminal_text(message);
  if (log.rank != 0 || log.from > Level::info) return;
  const auto now = std::chrono::steady_clock::now();
  const auto pause = terminal ? std::chrono::milliseconds(100) : std::chrono::milliseconds(10000);
  if (!last && now - log.last_progress < pause) return;
  log.last_progress = now;
  if (terminal) {
    put(fmt::format("\r\033[Kshoal: {}{}", log.progress_message, last ? "\n" : ""));
    log.progress_shown = !last;
  } else {
    put(fmt::format("shoal: {}\n", log.progress_message));
  }
}

std::string last_progress() {
  const std::lock_guard lock(logger().mutex);
  return logger().progress_message;
}

}  // namespace shoal::log
