// The errors a person can meet. Each is a sentence: what is wrong, why, what to do; its type decides the
// program's exit code.
#pragma once

#include <stdexcept>
#include <string>

namespace shoal {

/// What the program returns; the same numbers stand in docs/start.md.
enum class ExitCode : int {
  done = 0,
  quarantined = 1,  ///< done, but records are in quarantine and --strict was given
  usage = 2,        ///< command line or job file
  input = 3,        ///< a named input cannot be read
  failure = 4,      ///< internal or I/O failure
  resources = 5,    ///< not enough memory or disk
  interrupted = 75  ///< stopped in good order; run again
};

class Error : public std::runtime_error {
 public:
  Error(ExitCode code, const std::string& sentence) : std::runtime_error(sentence), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The command line or the job file is wrong.
struct UsageError : Error {
  explicit UsageError(const std::string& sentence) : Error(ExitCode::usage, sentence) {}
};
/// A path that the user named does not exist, cannot be read, or does not hold what it should.
struct InputError : Error {
  explicit InputError(const std::string& sentence) : Error(ExitCode::input, sentence) {}
};
/// Bytes that are there, or were a moment ago, could not be had: disk, network or system failed, a permission
/// is missing, a file changes while it is read. They may well be good, so they never go to quarantine;
/// reading again may help (base/patience.hpp). The code is `input` for what the user named, `failure` for
/// files of our own, `resources` where memory was short.
struct UnavailableError : Error {
  explicit UnavailableError(const std::string& sentence, ExitCode code = ExitCode::input)
      : Error(code, sentence) {}
};
/// Something that should work did not: a write, a library call, an invariant.
struct FailureError : Error {
  explicit FailureError(const std::string& sentence) : Error(ExitCode::failure, sentence) {}
};
/// An error whose cause another thread reports. Callers report it only if no other thread did.
struct FailureElsewhere : FailureError {
  using FailureError::FailureError;
};
/// Memory or disk does not suffice.
struct ResourceError : Error {
  explicit ResourceError(const std::string& sentence) : Error(ExitCode::resources, sentence) {}
};
/// The run was asked to stop.
struct Interrupted : Error {
  Interrupted() : Error(ExitCode::interrupted, "interrupted; run the same command again") {}
};

/// A FailureError (or a ResourceError where the disk, a quota or memory is full) that names call, path and
/// cause. error_number is the errno that the call left behind.
[[noreturn]] void throw_system_error(const std::string& call, const std::string& path, int error_number);

}  // namespace shoal
