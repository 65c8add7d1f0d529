// Looking for one name in the image folders, and choosing among all copies of it.
#pragma once

#include <string>
#include <vector>

#include "shoal/corpus/image_index.hpp"

namespace shoal {

/// A file that has the name.
struct ImageCopy {
  ImageRef ref{};
  std::string beginning{};      ///< its first bytes; empty where it is empty or has a fault
  std::string fault{};          ///< a sentence, where it cannot be read
  std::int64_t file_bytes = 0;  ///< as in ImageCandidate
  std::int64_t modified = 0;
  bool photo = false;  ///< in a shard: whether any of its file's names ends as those of photos do
};

struct FoundImage {
  ImageState state = ImageState::missing;  ///< missing, unreadable, or present: begins as an image
  ImageCopy copy;
  std::string fault;     ///< a sentence, where unreadable
  bool several = false;  ///< whether files with different content have the name
};

/// in_shards: the copies that shards have.
FoundImage look_up_image(const std::string& name, std::vector<ImageCopy> in_shards, const ImageReader& images,
                         const ImageSniffer& sniff);

}  // namespace shoal
