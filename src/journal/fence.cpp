// The lock's text has a token that no other run has.
#include "shoal/journal/fence.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

#include "lock_file.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Far below the time after which others take a lock for stale, and far above a beat.
constexpr std::int64_t kPatience = 1000;
constexpr std::string_view kStagingBegin = "results.";
constexpr std::string_view kStagingEnd = ".partial";

/// No clock of a host: it neither jumps nor stops while the machine is suspended.
std::int64_t milliseconds_now() {
  struct timespec now {};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

}  // namespace

Fence::Fence(const fs::path& out, std::string content)
    : out_(out),
      content_(std::move(content)),
      staging_(out / fmt::format("{}{}{}", kStagingBegin, parse_lock(content_).token, kStagingEnd)),
      work_staging_(out / "work" / staging_.filename()),
      last_(milliseconds_now()) {}

void Fence::confirm() {
  const std::int64_t before = milliseconds_now();
  const std::optional<std::string> there = lost_ ? std::nullopt : read_lock(lock_in(out_));
  if (there == content_) {
    last_ = before;
    return;
  }
  lost_ = true;
  const LockHolder other = parse_lock(there.value_or(""));
  throw FailureError(fmt::format(
      "'{}' is no longer this run's: {}. It stood still for so long that it was taken for dead, or somebody "
      "removed its lock; it ends, and what it finished before lies in the journal",
      out_.string(),
      other.process == 0
          ? "its lock is gone"
          : fmt::format("process {} on host {} has taken it over", other.process, other.host)));
}

void Fence::check() {
  if (lost_ || milliseconds_now() - last_ > kPatience) confirm();
}

bool Fence::holds() noexcept {
  try {
    check();
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

void Fence::beat() {
  // After a pause only a look at the lock tells.
  if (const std::int64_t now = milliseconds_now(); now - last_ <= kPatience) last_ = now;
}

void Fence::write_file(const fs::path& path, std::string_view bytes) {
  PartialFile file(path, 0644, partial(path));
  file.write(bytes);
  confirm();
  file.publish();
}

void Fence::replace_file(const fs::path& path, std::string_view bytes) const {
  const fs::path whole = staged(path);
  shoal::replace_file(whole, bytes);
  if (::rename(whole.c_str(), path.c_str()) != 0) throw_system_error("rename", whole.string(), errno);
}

void Fence::remove_file(const fs::path& path) {
  confirm();
  // In one step with the question whether the folder is still this run's: who takes it over removes the other
  // end of the way first.
  const fs::path old = staged(path).string() + ".old";
  if (::rename(path.c_str(), old.c_str()) != 0) {
    const int error_number = errno;
    if (error_number == ENOENT && !own_file_exists(path)) return;
    confirm();
    throw_system_error("removal", path.string(), error_number);
  }
  shoal::remove_file(old);
}

fs::path Fence::staged(const fs::path& path) const {
  const fs::path below = path.lexically_relative(out_);
  return (!below.empty() && *below.begin() == "work" ? work_staging_ : staging_) / path.filename();
}

fs::path Fence::partial(const fs::path& path) const { return partial_name(staged(path)); }

void write_fenced(Fence* fence, const fs::path& path, std::string_view bytes) {
  fence != nullptr ? fence->write_file(path, bytes) : write_file_durably(path, bytes);
}

bool is_staging_folder(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.size() > kStagingBegin.size() + kStagingEnd.size() && name.starts_with(kStagingBegin) &&
         name.ends_with(kStagingEnd);
}

}  // namespace shoal
