// Events: what happened, as lines that programs read.
#include <chrono>
#include <ctime>
#include <mutex>
#include <nlohmann/json.hpp>

#include "shoal/base/log.hpp"

namespace shoal::log {
namespace {

struct Events {
  std::mutex mutex;
  EventSink sink;
};

/// Taken when the library is loaded.
const auto kStart = std::chrono::steady_clock::now();

Events& events() {
  static Events instance;
  return instance;
}

}  // namespace

void set_event_sink(EventSink sink) {
  const std::lock_guard lock(events().mutex);
  events().sink = std::move(sink);
}

void event(std::string_view name, std::initializer_list<Field> fields) {
  const std::lock_guard lock(events().mutex);
  if (!events().sink) return;
  nlohmann::ordered_json line{{"time", utc_time()}, {"event", name}};
  for (const Field& field : fields) {
    std::visit([&](const auto& value) { line[std::string(field.name)] = value; }, field.value);
  }
  events().sink(line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

std::int64_t milliseconds_since_start() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - kStart)
      .count();
}

std::string utc_time() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
  const std::time_t seconds = milliseconds / 1000;
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32] = "";
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &parts);
  return fmt::format("{}.{:03}Z", text, milliseconds % 1000);
}

}  // namespace shoal::log
