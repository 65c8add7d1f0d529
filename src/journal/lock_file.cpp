// A small JSON object on one line.
#include "lock_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::uint64_t kLargestLock = 65536;

/// One try. A lock that is a link is none, and nobody's: following it might never end.
std::optional<std::string> try_read_lock(const fs::path& path) {
  const auto fails = [&](ReadCall call) -> std::optional<std::string> {
    // A stale handle may be that of a lock which was made anew: opening it by its name tells.
    if (errno == ENOENT) return std::nullopt;
    if (errno == ELOOP) throw_system_error("opening", path.string(), errno);
    throw_read_error(call, path, errno);
  };
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  if (!file) return fails(ReadCall::opening);
  std::string text(kLargestLock, '\0');
  ssize_t count = 0;
  do {
    count = ::pread(file.get(), text.data(), text.size(), 0);
  } while (count < 0 && errno == EINTR);
  if (count < 0) return fails(ReadCall::reading);
  text.resize(static_cast<std::size_t>(count));
  return text;
}

}  // namespace

fs::path lock_in(const fs::path& out) { return out / "work" / "lock"; }

std::string text_of(const LockHolder& holder) {
  return json{{"host", holder.host},       {"process", holder.process}, {"since", holder.since},
              {"ticks", holder.ticks},     {"machine", holder.machine}, {"batch_job", holder.batch_job},
              {"restart", holder.restart}, {"token", holder.token}}
             .dump() +
         "\n";
}

std::optional<std::string> read_lock(const fs::path& path) {
  return read_of_own([&] { return patiently([&] { return try_read_lock(path); }); });
}

LockHolder parse_lock(const std::string& text) {
  const json lock = json::parse(text, nullptr, false);
  LockHolder holder;
  if (!lock.is_object()) return holder;
  holder.host = lock.value("host", "");
  holder.process = lock.value("process", std::int64_t{0});
  holder.since = lock.value("since", "");
  holder.ticks = lock.value("ticks", std::int64_t{0});
  holder.machine = lock.value("machine", "");
  holder.batch_job = lock.value("batch_job", "");
  holder.restart = lock.value("restart", std::int64_t{0});
  holder.token = lock.value("token", "");
  return holder;
}

}  // namespace shoal
