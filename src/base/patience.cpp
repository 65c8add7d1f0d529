// Which errors pass, and how long one waits for that.
#include "shoal/base/patience.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <thread>

#include "shoal/base/log.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

using std::chrono::milliseconds;

milliseconds waits{60'000};
bool refused_is_bad = false;

constexpr int kTries = 5;
/// Of 1 + 2 + 4 + 8 parts that all waits together have.
constexpr int kParts = (1 << (kTries - 1)) - 1;

/// How long a stop waits for us to see it.
constexpr milliseconds kLook{50};

thread_local bool within_patient_read = false;

const char* word(ReadCall call) {
  switch (call) {
    case ReadCall::opening:
      return "opened";
    case ReadCall::examining:
      return "examined";
    case ReadCall::listing:
      return "listed";
    case ReadCall::reading:
      break;
  }
  return "read";
}

/// Errors of the path itself: no later try finds another answer.
bool is_about_path(ReadCall call, int error_number) {
  if (call == ReadCall::reading) return error_number == EISDIR;
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case EISDIR:
    case ENXIO:  // a socket
    case ENODEV:
    case EINVAL:
      return true;
    default:
      return false;
  }
}

void wait_for(milliseconds time) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (true) {
    leave_if_stop_requested();
    const auto left = std::chrono::duration_cast<milliseconds>(end - std::chrono::steady_clock::now());
    if (left <= milliseconds{0}) return;
    std::this_thread::sleep_for(std::min(left, kLook));
  }
}

double seconds(milliseconds time) { return static_cast<double>(time.count()) / 1000; }

}  // namespace

void set_read_patience(milliseconds all_waits) { waits = all_waits; }
void take_refused_files_as_bad(bool bad) { refused_is_bad = bad; }

void throw_read_error(ReadCall call, const std::filesystem::path& path, int error_number) {
  const std::string sentence =
      fmt::format("'{}' cannot be {}: {}", path.string(), word(call), std::strerror(error_number));
  if (is_about_path(call, error_number)) throw InputError(sentence);
  if (error_number == EACCES || error_number == EPERM) {
    if (refused_is_bad) throw InputError(sentence);
    throw UnavailableError(sentence +
                           R"(; permit reading it, or set unreadable = "quarantine" under [corpus])");
  }
  throw UnavailableError(sentence, error_number == ENOMEM ? ExitCode::resources : ExitCode::input);
}

namespace detail {

ReadTries::ReadTries() : outermost_(!within_patient_read) { within_patient_read = true; }

ReadTries::~ReadTries() {
  if (outermost_) within_patient_read = false;
}

void ReadTries::wait_after(const UnavailableError& error) {
  if (!outermost_) throw error;
  if (++tried_ == kTries) {
    throw UnavailableError(fmt::format("{} (tried {} times in {:g} s)", error.what(), kTries, seconds(waits)),
                           error.code());
  }
  const milliseconds wait = waits * (1 << (tried_ - 1)) / kParts;
  log::warning("{}; trying again in {:.3g} s", error.what(), seconds(wait));
  wait_for(wait);
}

}  // namespace detail
}  // namespace shoal
