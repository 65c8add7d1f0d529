// Files stay open until they are synced: an error of writing back is told to no other descriptor.
#include "file_batch.hpp"

#include <system_error>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// Each thread has a batch, and a process usually a thousand descriptors.
constexpr std::size_t kOpenFiles = 32;

}  // namespace

void FileBatch::add(std::string_view name, std::string_view text) {
  const std::filesystem::path path = folder_ / name;
  if (const std::filesystem::path folder = path.parent_path(); folders_.insert(folder).second) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) throw_system_error("creation", folder.string(), error.value());
  }
  open_.emplace_back(path).append(std::as_bytes(std::span(text)));
  if (open_.size() == kOpenFiles) finish();
}

void FileBatch::finish() {
  if (open_.empty()) return;
  for (AppendFile& file : open_) file.close();
  open_.clear();
  for (const std::filesystem::path& folder : folders_) {
    // Those above it may be new, too.
    for (std::filesystem::path made = folder; made != folder_; made = made.parent_path()) sync_folder(made);
  }
  sync_folder(folder_);
  folders_.clear();
}

}  // namespace shoal
