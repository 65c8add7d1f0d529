// stat in each folder; contents are compared only where two folders have the name.
#include "image_lookup.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <optional>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// A name that cannot be examined (no permission, a loop of links, a lost mount) is there, and opening it
/// says why it cannot be read: only what is not there is missing.
std::vector<int> folders_with(const std::string& name, const std::vector<std::string>& folders) {
  std::vector<int> found;
  for (std::size_t i = 0; i < folders.size(); ++i) {
    std::error_code error;
    const auto status = fs::status(fs::path(folders[i]) / name, error);
    if (status.type() != fs::file_type::not_found) found.push_back(static_cast<int>(i));
  }
  return found;
}

/// The folder whose copy has the lowest digest: a choice that does not depend on the order of the folders.
int folder_of_lowest_copy(const std::string& name, const std::vector<int>& found,
                          const std::vector<std::string>& folders) {
  int best = found.front();
  std::optional<Digest> lowest;
  for (const int folder : found) {
    try {
      const Digest digest =
          sha256(read_file(fs::path(folders[static_cast<std::size_t>(folder)]) / name, kLargestImageFile));
      if (!lowest || digest < *lowest) {
        lowest = digest;
        best = folder;
      }
    } catch (const InputError&) {
      // A copy that cannot be read is chosen only if none can.
    }
  }
  return best;
}

/// What the beginning of the file tells; size and time are taken while it is open.
std::string fault_at_beginning(const fs::path& path, const ImageSniffer& sniff, FoundImage& found) {
  try {
    const FileDescriptor file = open_regular_file(path);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return "the file cannot be examined";
    found.bytes = status.st_size;
    found.modified = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
    std::array<std::byte, 64> beginning{};
    ssize_t got = 0;
    do {
      got = ::pread(file.get(), beginning.data(), beginning.size(), 0);
    } while (got < 0 && errno == EINTR);
    if (got < 0) return "the file cannot be read";
    if (got == 0) return "the file is empty";
    return sniff(std::span(beginning).first(static_cast<std::size_t>(got)));
  } catch (const InputError& error) {
    return without_path(error.what(), path);
  }
}

}  // namespace

FoundImage look_up_image(const std::string& name, const std::vector<std::string>& folders,
                         const ImageSniffer& sniff) {
  const std::vector<int> found = folders_with(name, folders);
  if (found.empty()) return {};
  FoundImage image;
  image.folder = found.size() == 1 ? found.front() : folder_of_lowest_copy(name, found, folders);
  image.fault =
      fault_at_beginning(fs::path(folders[static_cast<std::size_t>(image.folder)]) / name, sniff, image);
  image.state = image.fault.empty() ? ImageState::present : ImageState::unreadable;
  return image;
}

}  // namespace shoal
