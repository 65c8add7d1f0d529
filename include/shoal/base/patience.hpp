// Reading what could not be had for a passing reason once more: a disk, a network or a system that fails for
// a moment costs time and no data.
#pragma once

#include <chrono>
#include <filesystem>

#include "shoal/base/error.hpp"

namespace shoal {

/// How long the process waits before further tries of one read, all waits together; a minute where nothing
/// else is set. Call before other threads read.
void set_read_patience(std::chrono::milliseconds waits);

/// Whether a file without permission counts as bad input (InputError); it does not where nothing else is set.
/// Call before other threads read.
void take_refused_files_as_bad(bool bad);

/// What failed. The path may be at fault where a file was to be opened, examined or listed; where it is open,
/// its bytes could not be had.
enum class ReadCall { opening, examining, listing, reading };

/// Throws what a failed call means: InputError for a path that leads to nothing or that no file can have,
/// UnavailableError for everything else.
[[noreturn]] void throw_read_error(ReadCall call, const std::filesystem::path& path, int error_number);

namespace detail {

/// The tries of one read.
class ReadTries {
 public:
  ReadTries();
  ~ReadTries();
  ReadTries(const ReadTries&) = delete;
  ReadTries& operator=(const ReadTries&) = delete;

  /// Waits for the next try, each time twice as long. Throws Interrupted where a stop was asked for, and an
  /// UnavailableError that says how often it was tried when there is no next one, or where a read around this
  /// one tries again.
  void wait_after(const UnavailableError& error);

 private:
  bool outermost_;
  int tried_ = 0;
};

}  // namespace detail

/// Calls read, five times at most, until it throws no UnavailableError. Where one patient read calls another,
/// only the outer one tries again.
template <class Read>
auto patiently(const Read& read) -> decltype(read()) {
  detail::ReadTries tries;
  while (true) {
    try {
      return read();
    } catch (const UnavailableError& error) {
      tries.wait_after(error);
    }
  }
}

/// While it lives, this thread's reads are tried once: for what may well not be there.
class ReadsTriedOnce {
 public:
  ReadsTriedOnce() = default;

 private:
  detail::ReadTries around_;
};

/// Calls read for a file of our own: where it cannot be had, that is a failure and no input's fault.
template <class Read>
auto read_of_own(const Read& read) -> decltype(read()) {
  try {
    return read();
  } catch (const UnavailableError& error) {
    if (error.code() != ExitCode::input) throw;
    throw UnavailableError(error.what(), ExitCode::failure);
  }
}

}  // namespace shoal
