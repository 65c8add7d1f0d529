// HDF5's error stack as a sentence.
#include "hdf5_error.hpp"

#include <fmt/format.h>
#include <hdf5.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <string>

#include "shoal/base/error.hpp"
#include "shoal/store/h5ad_writer.hpp"

namespace shoal {

namespace {

/// Keeps the descriptions of the stack, innermost first; those above repeat it in more general words.
herr_t collect_reason(unsigned depth, const H5E_error2_t* entry, void* target) {
  constexpr unsigned kReasons = 3;
  auto& reasons = *static_cast<std::string*>(target);
  if (depth >= kReasons || entry->desc == nullptr) return 0;
  if (!reasons.empty()) reasons += "; ";
  // Behind the reason HDF5 tells time and flags, over several lines.
  const std::string reason = entry->desc;
  reasons += reason.substr(0, std::min(reason.find(": time = "), reason.find('\n')));
  return 0;
}

/// Finds what the operating system said, which HDF5 quotes in a description of its own.
herr_t collect_cause(unsigned, const H5E_error2_t* entry, void* target) {
  constexpr std::string_view kBefore = "error message = '";
  auto& cause = *static_cast<std::string*>(target);
  if (entry->desc == nullptr || !cause.empty()) return 0;
  const std::string text = entry->desc;
  const std::size_t begin = text.find(kBefore);
  if (begin == std::string::npos) return 0;
  cause = text.substr(begin + kBefore.size());
  cause.resize(std::min(cause.find('\''), cause.size()));
  return 0;
}

std::string hdf5_reasons() {
  std::string reasons;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect_reason, &reasons);
  const std::string cause = hdf5_system_error();
  H5Eclear2(H5E_DEFAULT);
  if (!cause.empty() && reasons.find(cause) == std::string::npos) reasons += ": " + cause;
  return reasons.empty() ? "HDF5 gives no reason" : reasons;
}

bool names_full_disk(std::string reasons) {
  std::transform(reasons.begin(), reasons.end(), reasons.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return reasons.find("no space") != std::string::npos || reasons.find("quota") != std::string::npos;
}

/// MPI-IO tells of a full disk as an input/output error like any other: look at the disk itself.
bool disk_is_full(const std::filesystem::path& file) {
  constexpr std::uintmax_t kLeftOver = std::uintmax_t{1} << 20;
  std::error_code error;
  const auto folder = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const auto space = std::filesystem::space(folder, error);
  return !error && space.available < kLeftOver;
}

std::atomic<bool> close_failed{false};

}  // namespace

std::string hdf5_system_error() {
  std::string cause;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, collect_cause, &cause);
  return cause;
}

void note_failed_close() { close_failed = true; }
bool hdf5_is_broken() { return close_failed; }

void silence_hdf5() { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); }

void throw_hdf5_error(const char* call, std::string_view object, const std::filesystem::path& file) {
  const std::string reasons = hdf5_reasons();
  const std::string what =
      object.empty() ? fmt::format("{} failed on '{}': {}", call, file.string(), reasons)
                     : fmt::format("{} failed on '{}' in '{}': {}", call, object, file.string(), reasons);
  if (names_full_disk(reasons) || disk_is_full(file)) {
    throw ResourceError(what +
                        ". The disk or a quota is full: free some space and run the same command again");
  }
  throw FailureError(what);
}

}  // namespace shoal
