// The lock comes first, then the others' staging folders go, then this one's is made.
#include "shoal/journal/held_folder.hpp"

#include <vector>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

void remove_staging_of_others(const fs::path& out) {
  std::error_code error;
  std::vector<fs::path> folders;  // first, since removing changes the folder
  for (fs::directory_iterator entry(out, error), end; !error && entry != end; entry.increment(error)) {
    if (is_staging_folder(entry->path())) folders.push_back(entry->path());
  }
  if (error) throw_system_error("listing", out.string(), error.value());
  for (const fs::path& folder : folders) {
    fs::remove_all(folder, error);
    if (error) throw_system_error("removal", folder.string(), error.value());
  }
}

}  // namespace

HeldFolder::HeldFolder(const fs::path& out, const LockHolder& self, LockTimes times)
    : lock_(out, self, times), fence_(out, lock_.content()) {
  remove_staging_of_others(out);
  fence_.confirm();
  // It holds checkpoints and the job file on their way to work/.
  make_private_folder(fence_.staging());
}

HeldFolder::~HeldFolder() {
  std::error_code ignored;  // the next run removes it
  fs::remove_all(fence_.staging(), ignored);
}

}  // namespace shoal
