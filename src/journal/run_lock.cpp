// A small file, made by link: one process makes it, and nobody sees half of it. On the holder's own machine
// the process itself is looked at; from another one, whether the file's time changes.
#include "shoal/journal/run_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "lock_file.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/journal/journal_folders.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

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

/// By opening it: an open asks the server where a file system over a network remembers times for a while.
nanoseconds modified(const fs::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) return nanoseconds{0};
  return std::chrono::seconds(status.st_mtim.tv_sec) + nanoseconds(status.st_mtim.tv_nsec);
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
    if (read_lock(path) != text || judge(parse_lock(text), self) != Verdict::alive) return false;
    std::this_thread::sleep_for(kLookAgain);
  }
  return true;
}

/// Watches the lock of a holder on another host, by this host's clock: whether anything of it changes is
/// seen, and what its time says is not compared with any clock, since hosts disagree about the time.
bool shows_life(const fs::path& path, milliseconds within, milliseconds look_every) {
  const nanoseconds first = modified(path);
  const auto end = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < end) {
    std::this_thread::sleep_for(look_every);
    if (modified(path) != first) return fs::exists(path);
  }
  return false;
}

/// Who wants a lock, and for which folder.
struct Taker {
  const fs::path& out;
  const LockHolder& self;
  LockTimes times;
  bool waits =
      true;  ///< for the end of others; else they are taken for alive unless they are known to be gone
};

[[noreturn]] void refuse(const Taker& taker, const LockHolder& holder) {
  throw UsageError(
      fmt::format("'{}' is in use by another run: host {}, process {}, since {}; wait for it, or name "
                  "another folder",
                  taker.out.string(), holder.host, holder.process, holder.since));
}

/// Throws where the holder of this text lives; returns where it is gone, or the lock is.
void wait_for_end(const fs::path& path, const std::string& text, const Taker& taker) {
  const LockHolder holder = parse_lock(text);
  const Verdict verdict = judge(holder, taker.self);
  if (verdict != Verdict::dead && !taker.waits) refuse(taker, holder);
  if (verdict == Verdict::alive && stays(path, text, taker.self, taker.times)) refuse(taker, holder);
  if (verdict != Verdict::unknown) return;
  log::info("'{}' was in use by process {} on {}; looking whether it still is", taker.out.string(),
            holder.process, holder.host);
  if (shows_life(path, taker.times.stale_after, taker.times.look_every)) refuse(taker, holder);
}

void release(const fs::path& path, const std::string& content) noexcept {
  try {
    if (read_lock(path) == content) ::unlink(path.c_str());
  } catch (const Error&) {  // the next one to want it finds that this process is gone
  }
}

void remove_dead(const fs::path& path, const std::string& text, const Taker& taker);
void take(const fs::path& path, const Taker& taker);

/// A lock from its taking to the end of a scope.
class Taken {
 public:
  Taken(fs::path path, const Taker& taker) : path_(std::move(path)), content_(text_of(taker.self)) {
    take(path_, taker);
  }
  ~Taken() { release(path_, content_); }
  Taken(const Taken&) = delete;
  Taken& operator=(const Taken&) = delete;

 private:
  fs::path path_;
  std::string content_;
};

/// Makes the file, which one process at a time can; that of a process which is gone is removed.
void take(const fs::path& path, const Taker& taker) {
  const std::string content = text_of(taker.self);
  while (true) {
    write_new_file_durably(path, content);
    const std::optional<std::string> there = read_lock(path);
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
  if (read_lock(path) != text) return;
  {
    const Taken right(path.string() + std::string(kTakeover), taker);
    if (read_lock(path) != text) return;
    if (::unlink(path.c_str()) != 0) {
      if (errno == ENOENT || errno == ESTALE) return;
      throw_system_error("removal", path.string(), errno);  // or it would be tried for ever
    }
  }
  const LockHolder gone = parse_lock(text);
  log::info("{}; its lock is taken over",
            gone.process == 0 ? "a run that left a damaged lock is gone"
                              : fmt::format("the run of process {} on {} is gone", gone.process, gone.host));
}

/// Removes a file beside the lock that was left by a process which is gone: the right to take a lock over, or
/// a file that one of this host (and container) had not yet given its name.
void remove_if_left_behind(const fs::path& file, const Taker& taker) {
  std::string rest = file.filename();
  if (!rest.starts_with("lock.")) return;
  rest.erase(0, std::string_view("lock").size());
  while (rest.starts_with(std::string(kTakeover) + ".")) rest.erase(0, kTakeover.size());
  if (rest == kTakeover) {
    const std::optional<std::string> text = read_lock(file);
    if (text && judge(parse_lock(*text), taker.self) == Verdict::dead) remove_dead(file, *text, taker);
    return;
  }
  rest.erase(0, 1);
  const std::size_t digits = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::string space = "." + process_space() + ".";
  if (digits == 0 || rest.compare(digits, space.size(), space) != 0) return;
  if (start_of_process(std::strtoll(rest.c_str(), nullptr, 10)) == 0) ::unlink(file.c_str());
}

/// Files that a process made on its way to the lock stay where it dies there, or the machine does. They are
/// in nobody's way: that they cannot be removed is no error, and worth no waiting while the lock shows no
/// sign of life.
void remove_left_behind(const fs::path& folder, Taker taker) {
  taker.waits = false;
  std::error_code error;
  std::vector<fs::path> files;  // first, since removing changes the folder
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    files.push_back(entry->path());
  }
  for (const fs::path& file : files) {
    try {
      remove_if_left_behind(file, taker);
    } catch (const Error& why) {
      log::debug("'{}' stays: {}", file.string(), why.what());
    }
  }
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
  std::random_device random;
  self.token = fmt::format("{:08x}{:08x}", random(), random());
  self.alive = true;
  return self;
}

RunLock::RunLock(const fs::path& out, const LockHolder& self, LockTimes times)
    : path_(lock_in(out)), content_(text_of(self)) {
  make_work_folder(path_.parent_path());
  const Taker taker{out, self, times};
  take(path_, taker);
  file_ = FileDescriptor(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!file_) throw_system_error("open", path_.string(), errno);
  remove_left_behind(path_.parent_path(), taker);
}

RunLock::~RunLock() { release(path_, content_); }

void RunLock::touch() const { ::futimens(file_.get(), nullptr); }

std::optional<LockHolder> holder_of(const fs::path& out, LockTimes times) {
  const fs::path path = lock_in(out);
  const std::optional<std::string> text = read_lock(path);
  if (!text || text->empty()) return std::nullopt;
  LockHolder holder = parse_lock(*text);
  const Verdict verdict = judge(holder, LockHolder::self());
  holder.alive = verdict == Verdict::alive ||
                 (verdict == Verdict::unknown && shows_life(path, times.glance, times.look_every / 5));
  return holder;
}

}  // namespace shoal
