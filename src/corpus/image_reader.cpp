// From a reference to bytes: a file of a folder, or a range of a shard.
#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "shoal/base/file.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/corpus/image_sources.hpp"
#include "zip_index.hpp"

namespace shoal {
namespace fs = std::filesystem;

namespace {

FileVersion version_of(const ImageSource& shard) {
  return {static_cast<std::uint64_t>(shard.bytes), shard.modified};
}

}  // namespace

/// The shards used last, open: opening one costs a request to the file system's servers each time.
class ImageReader::OpenShards {
 public:
  struct Shard {
    explicit Shard(const std::string& path) : file(path), zip(is_zip(file.read_up_to(0, 4))) {}
    RandomFile file;
    bool zip;
  };
  using Handle = std::shared_ptr<const Shard>;

  Handle open(int source, const ImageSource& listed) {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(shards_.begin(), shards_.end(),
                                    [&](const auto& shard) { return shard.first == source; });
    if (found != shards_.end()) {
      std::rotate(found, found + 1, shards_.end());
    } else {
      auto handle = std::make_shared<const Shard>(listed.path);
      if (handle->file.version() != version_of(listed)) throw_changed_while_read(listed.path);
      if (shards_.size() == kMostOpen) shards_.erase(shards_.begin());
      shards_.emplace_back(source, std::move(handle));
    }
    return shards_.back().second;
  }

 private:
  static constexpr std::size_t kMostOpen = 128;
  std::mutex mutex_;
  std::vector<std::pair<int, Handle>> shards_;  ///< the one used last at the end
};

ImageReader::ImageReader(std::vector<ImageSource> sources)
    : sources_(std::move(sources)), open_(std::make_unique<OpenShards>()) {}
ImageReader::~ImageReader() = default;
ImageReader::ImageReader(ImageReader&&) noexcept = default;

fs::path ImageReader::place_of(const ImageRef& ref) const {
  return fs::path(sources_[static_cast<std::size_t>(ref.source)].path) / ref.name;
}

std::vector<std::byte> ImageReader::read(const ImageRef& ref) const {
  const ImageSource& source = sources_[static_cast<std::size_t>(ref.source)];
  const fs::path place = place_of(ref);
  const auto length = static_cast<std::uint64_t>(ref.bytes);
  if (length > kLargestImageFile) refuse_file_size(place, kLargestImageFile);
  std::string fault;
  auto read = patiently([&] {
    std::vector<std::byte> bytes;
    try {
      bytes = source.shard ? read_member(ref, fault) : read_file(place, kLargestImageFile);
    } catch (const InputError&) {
      // It was a file when it was found.
      throw_changed_while_read(source.shard ? fs::path(source.path) : place);
    }
    if (bytes.size() != length && fault.empty())
      throw_changed_while_read(source.shard ? fs::path(source.path) : place);
    return bytes;
  });
  if (!fault.empty()) throw InputError(fmt::format("'{}' {}", place.string(), fault));
  return read;
}

std::vector<std::byte> ImageReader::read_member(const ImageRef& ref, std::string& fault) const {
  std::vector<std::byte> bytes(static_cast<std::size_t>(ref.bytes));
  const auto shard = open_->open(ref.source, sources_[static_cast<std::size_t>(ref.source)]);
  const auto offset = static_cast<std::uint64_t>(ref.offset);
  if (!shard->zip) {
    bytes.resize(shard->file.read_at(offset, bytes));
    return bytes;
  }
  ZipText member = read_zip_member(
      [&](std::uint64_t at, std::span<std::byte> wanted) { return shard->file.read_at(at, wanted); }, offset,
      bytes.size());
  fault = std::move(member.fault);
  std::ranges::copy(std::as_bytes(std::span(member.text)), bytes.begin());
  return bytes;
}

}  // namespace shoal
