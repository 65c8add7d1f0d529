// Whether a run still has its results folder. A process that stood still for long (a suspended job, a node
// that hung) may have been declared dead meanwhile, and another run may write there: then this one must not.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

/// Of one rank; any thread may call its methods. What makes late writes harmless, beyond the looks at the
/// lock: whatever gets a name that others read is complete in this run's own folder before, and whoever takes
/// the lock over removes that folder before it writes anything (docs/design.md).
class Fence {
 public:
  /// content: what the run's lock in the results folder `out` says. Throws nothing.
  Fence(const std::filesystem::path& out, std::string content);

  /// This run's own folder in the results folder, for files on their way to their names.
  [[nodiscard]] const std::filesystem::path& staging() const { return staging_; }
  /// The same for what is to lie below work/, which may be a link to another file system.
  [[nodiscard]] const std::filesystem::path& work_staging() const { return work_staging_; }

  /// Reads the lock. Throws FailureError where it is another run's, or gone.
  void confirm();
  /// As confirm(), where this process may have stood still since the last look or beat.
  void check();
  /// Whether check() would not throw.
  [[nodiscard]] bool holds() noexcept;
  /// This process runs: to be called many times a second by a thread that does little else.
  void beat();
  /// Whether it was found out that the folder is another run's.
  [[nodiscard]] bool lost() const { return lost_; }

  /// write_file_durably, for a file below the results folder that others read: confirmed before it has its
  /// name.
  void write_file(const std::filesystem::path& path, std::string_view bytes);
  /// replace_file, by way of the run's own folder. It does not look at the lock.
  void replace_file(const std::filesystem::path& path, std::string_view bytes) const;
  /// Removes a file below the results folder that may be missing: confirmed before, and harmless where
  /// another run has taken the folder over since.
  void remove_file(const std::filesystem::path& path);
  /// Where what is to be `path` waits, complete, for its name, and what was `path` for its end: in one of the
  /// run's own folders.
  [[nodiscard]] std::filesystem::path staged(const std::filesystem::path& path) const;
  /// Where a file that is to be `path` is written until it is complete.
  [[nodiscard]] std::filesystem::path partial(const std::filesystem::path& path) const;

 private:
  std::filesystem::path out_;
  std::string content_;
  std::filesystem::path staging_;
  std::filesystem::path work_staging_;
  std::atomic<std::int64_t> last_;  ///< milliseconds, in the kernel's count that goes on while it sleeps
  std::atomic<bool> lost_{false};
};

/// Fence::write_file; null: write_file_durably, where nobody else may write.
void write_fenced(Fence* fence, const std::filesystem::path& path, std::string_view bytes);

/// The staging folders in a results folder, of runs that are gone and of the one that is there.
bool is_staging_folder(const std::filesystem::path& path);

}  // namespace shoal
