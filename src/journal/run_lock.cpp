// A small file, made by link: one process makes it, and nobody sees half of it. On the holder's own machine
// the process itself is looked at; from another one, the file's time is, against the clock of the file system
// that holds it.
#include "shoal/journal/run_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <span>
#include <sstream>
#include <thread>

#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr std::uint64_t kLargestLock = 65536;
constexpr milliseconds kLookAgain{100};
constexpr std::string_view kTakeover = ".takeover";  // after the name of a lock: the right to remove it

std::string first_line(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The 22nd field of /proc/N/stat; 0 where there is no such process, or only its exit code waits to be
/// fetched. Names may hold blanks and parentheses.
std::int64_t start_of_process(std::int64_t process) {
  const std::string line = first_line(fmt::format("/proc/{}/stat", process));
  const std::size_t name_end = line.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(line.substr(name_end + 1));
  std::string field;
  fields >> field;
  if (field == "Z" || field == "X") return 0;
  for (int i = 4; i <= 22; ++i) fields >> field;
  return std::atoll(field.c_str());
}

std::string text_of(const LockHolder& holder) {
  return json{{"host", holder.host},      {"process", holder.process}, {"since", holder.since},
              {"ticks", holder.ticks},    {"machine", holder.machine}, {"batch_job", holder.batch_job},
              {"restart", holder.restart}}
             .dump() +
         "\n";
}

/// What a lock says, if there is one.
std::optional<std::string> text_of_lock(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file && (errno == ENOENT || errno == ESTALE)) return std::nullopt;
  if (!file) throw_system_error("open", path.string(), errno);
  std::string text(kLargestLock, '\0');
  text.resize(read_at(file, path, 0, std::as_writable_bytes(std::span(text))));
  return text;
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
  return holder;
}

nanoseconds modified(const fs::path& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return nanoseconds{0};
  return std::chrono::seconds(status.st_mtim.tv_sec) + nanoseconds(status.st_mtim.tv_nsec);
}

/// Now, by the clock of the file system: hosts may disagree about the time.
nanoseconds now_there(const fs::path& folder) {
  const fs::path probe = name_of_own(folder / "lock").string() + ".now";
  replace_file(probe, "");
  const nanoseconds now = modified(probe);
  ::unlink(probe.c_str());
  return now;
}

enum class Verdict { alive, dead, unknown };

Verdict judge(const LockHolder& holder, const LockHolder& self) {
  if (holder.process == 0) return Verdict::dead;  // damaged: nobody writes such a lock
  const bool requeued = !self.batch_job.empty() && holder.batch_job == self.batch_job;
  if (requeued && holder.restart < self.restart) return Verdict::dead;
  if (holder.machine == self.machine) {
    return start_of_process(holder.process) == holder.ticks ? Verdict::alive : Verdict::dead;
  }
  const std::string boot = self.machine.substr(0, self.machine.find(' '));
  // The same host after a restart: nothing of before is left.
  const bool restarted = holder.host == self.host && !holder.machine.starts_with(boot);
  return restarted ? Verdict::dead : Verdict::unknown;
}

/// Whether a holder on this machine stays: one that was just killed may take a moment to die.
bool stays(const fs::path& path, const std::string& text, const LockHolder& self, LockTimes times) {
  for (auto left = times.dying; left > milliseconds(0); left -= kLookAgain) {
    if (text_of_lock(path) != text || judge(parse_lock(text), self) != Verdict::alive) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

/// Watches the lock of a holder on another host.
bool shows_life(const fs::path& path, LockTimes times) {
  const nanoseconds first = modified(path);
  while (now_there(path.parent_path()) - first <= times.stale_after) {
    std::this_thread::sleep_for(times.look_every);
    if (modified(path) != first) return fs::exists(path);
  }
  return false;
}

/// Whether a file beside the lock was left by a process that is gone: the right to take a lock over, or a
/// file that one of this host (and container) had not yet given its name.
bool is_left_behind(const fs::path& file, const LockHolder& self) {
  std::string rest = file.filename();
  if (!rest.starts_with("lock.")) return false;
  rest.erase(0, std::string_view("lock").size());
  while (rest.starts_with(std::string(kTakeover) + ".")) rest.erase(0, kTakeover.size());
  if (rest == kTakeover) {
    const std::optional<std::string> text = text_of_lock(file);
    return text && judge(parse_lock(*text), self) == Verdict::dead;
  }
  rest.erase(0, 1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::string space = "." + process_space() + ".";
  const bool of_space = rest.compare(digits, space.size(), space) == 0;
  return digits > 0 && of_space && start_of_process(std::strtoll(rest.c_str(), nullptr, 10)) == 0;
}

/// Files that a process made on its way to the lock stay where it dies there, or the machine does.
void remove_left_behind(const fs::path& folder, const LockHolder& self) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (is_left_behind(entry.path(), self)) ::unlink(entry.path().c_str());
  }
}

/// Who wants a lock, and for which folder.
struct Taker {
  const fs::path& out;
  const LockHolder& self;
  LockTimes times;
};

[[noreturn]] void refuse(const Taker& taker, const LockHolder& holder) {
  throw UsageError(
      fmt::format("'{}' is in use by another run: host {}, process {}, since {}; wait for it, or give --out "
                  "another folder",
                  taker.out.string(), holder.host, holder.process, holder.since));
}

/// Throws where the holder of this text lives; returns where it is gone, or the lock is.
void wait_for_end(const fs::path& path, const std::string& text, const Taker& taker) {
  const LockHolder holder = parse_lock(text);
  const Verdict verdict = judge(holder, taker.self);
  if (verdict == Verdict::alive && stays(path, text, taker.self, taker.times)) refuse(taker, holder);
  if (verdict != Verdict::unknown) return;
  log::info("'{}' was in use by process {} on {}; looking whether it still is", taker.out.string(),
            holder.process, holder.host);
  if (shows_life(path, taker.times)) refuse(taker, holder);
}

void release(const fs::path& path, const std::string& content) {
  if (text_of_lock(path) == content) ::unlink(path.c_str());
}

void remove_dead(const fs::path& path, const std::string& text, const Taker& taker);

/// Makes the file, which one process at a time can; that of a process which is gone is removed.
void take(const fs::path& path, const Taker& taker) {
  const std::string content = text_of(taker.self);
  while (true) {
    write_new_file_durably(path, content);
    const std::optional<std::string> there = text_of_lock(path);
    if (there == content) return;
    if (!there) continue;  // removed between the two calls
    wait_for_end(path, *there, taker);
    remove_dead(path, *there, taker);
  }
}

/// Of several that found a lock dead, each would remove what it finds later: the lock of the one that was
/// faster. So only who holds the right to remove may, and looks again before. That right is a lock like the
/// first, as its holder may die, too.
void remove_dead(const fs::path& path, const std::string& text, const Taker& taker) {
  if (text_of_lock(path) != text) return;
  const fs::path right = path.string() + std::string(kTakeover);
  take(right, taker);
  if (text_of_lock(path) == text) {
    const LockHolder gone = parse_lock(text);
    log::info("{}; its lock is taken over",
              gone.process == 0
                  ? "a run that left a damaged lock is gone"
                  : fmt::format("the run of process {} on {} is gone", gone.process, gone.host));
    ::unlink(path.c_str());
  }
  release(right, text_of(taker.self));
}

}  // namespace

LockHolder LockHolder::self() {
  LockHolder self;
  self.host = host_name();
  self.process = ::getpid();
  self.since = log::utc_time();
  self.ticks = start_of_process(self.process);
  // Containers of one host have process numbers of their own.
  std::error_code error;
  self.machine = fmt::format("{} {}", first_line("/proc/sys/kernel/random/boot_id"),
                             fs::read_symlink("/proc/self/ns/pid", error).string());
  if (const char* job = std::getenv("SLURM_JOB_ID")) self.batch_job = job;
  self.restart = number_in_environment("SLURM_RESTART_COUNT");
  self.alive = true;
  return self;
}

RunLock::RunLock(const fs::path& out, const LockHolder& self, LockTimes times)
    : path_(out / "work" / "lock"), content_(text_of(self)) {
  std::error_code error;
  fs::create_directories(path_.parent_path(), error);
  if (error) throw_system_error("creation", path_.parent_path().string(), error.value());
  take(path_, {out, self, times});
  remove_left_behind(path_.parent_path(), self);
}

RunLock::~RunLock() {
  try {
    release(path_, content_);
  } catch (const Error&) {  // the next run finds that this one is gone
  }
}

void RunLock::touch() const { ::utimensat(AT_FDCWD, path_.c_str(), nullptr, 0); }

std::optional<LockHolder> holder_of(const fs::path& out, LockTimes times) {
  const fs::path path = out / "work" / "lock";
  const std::optional<std::string> text = text_of_lock(path);
  if (!text || text->empty()) return std::nullopt;
  LockHolder holder = parse_lock(*text);
  const Verdict verdict = judge(holder, LockHolder::self());
  holder.alive = verdict == Verdict::alive;
  if (verdict == Verdict::unknown) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    holder.alive = now - modified(path) <= times.stale_after;
  }
  return holder;
}

}  // namespace shoal
