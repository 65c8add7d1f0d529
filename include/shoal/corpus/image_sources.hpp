// Where images lie: folders and shards, which are tar or zip archives; and the one function from a reference
// to an image's bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shoal/corpus/path_pattern.hpp"
#include "shoal/data/image.hpp"

namespace shoal {

/// A folder in which names are looked up, or a tar or zip archive whose members' paths are names.
struct ImageSource {
  std::string path{};
  bool shard = false;
  // Of a shard:
  std::string relative{};     ///< below the folder that the job names: for lists, which name no path
  std::int64_t bytes = 0;     ///< its length when it was listed
  std::int64_t modified = 0;  ///< when it was changed last, in nanoseconds since 1970

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path& shard& relative& bytes& modified;
  }
};

/// What a job's `images` name: folders, shards, and patterns for both. The files *.tar and *.zip that stand
/// directly in a folder are shards of their own. What is named twice is one source. Throws InputError for
/// what is not there and for a pattern that matches nothing.
std::vector<ImageSource> list_image_sources(const std::vector<PathPattern>& patterns);

/// Where a job names no images: the corpus roots of its `posts`, as folders, with the shards directly in
/// them; and archives that it names as posts. Throws InputError as above.
std::vector<ImageSource> list_image_sources_of_posts(const std::vector<PathPattern>& posts);

/// Reads images, from any thread. Shards stay open, up to a number that every system allows.
class ImageReader {
 public:
  explicit ImageReader(std::vector<ImageSource> sources);
  ~ImageReader();
  ImageReader(ImageReader&&) noexcept;

  /// The whole file, as it was encoded. Throws InputError, beginning with place_of(ref) in quotes, where it
  /// has more than kLargestImageFile bytes, or is damaged in its zip archive; UnavailableError where it
  /// cannot be had, or is no longer the file of ref.bytes that was found.
  [[nodiscard]] std::vector<std::byte> read(const ImageRef& ref) const;
  /// The path of a file, or that of its shard followed by its name: for messages.
  [[nodiscard]] std::filesystem::path place_of(const ImageRef& ref) const;

  [[nodiscard]] const std::vector<ImageSource>& sources() const { return sources_; }

 private:
  class OpenShards;

  [[nodiscard]] std::vector<std::byte> read_member(const ImageRef& ref, std::string& fault) const;

  std::vector<ImageSource> sources_;
  std::unique_ptr<OpenShards> open_;
};

}  // namespace shoal
