// Files stay open until they are synced: an error of writing back is told to no other descriptor.
#include "file_batch.hpp"

namespace shoal {
namespace {

/// Each thread has a batch, and a process usually a thousand descriptors.
constexpr std::size_t kOpenFiles = 32;

}  // namespace

void FileBatch::add(std::string_view name, std::string_view text) {
  open_.emplace_back(folder_ / name).append(std::as_bytes(std::span(text)));
  if (open_.size() == kOpenFiles) finish();
}

void FileBatch::finish() {
  if (open_.empty()) return;
  for (AppendFile& file : open_) file.close();
  open_.clear();
  sync_folder(folder_);
}

}  // namespace shoal
