// Looking for one name in the image folders.
#pragma once

#include <string>
#include <vector>

#include "shoal/corpus/image_index.hpp"

namespace shoal {

struct FoundImage {
  ImageState state = ImageState::missing;  ///< missing, unreadable, or present: begins as an image
  int folder = 0;
  std::string fault;          ///< a sentence, where unreadable
  std::int64_t bytes = 0;     ///< of the file
  std::int64_t modified = 0;  ///< when the file was changed last, in nanoseconds since 1970
};

FoundImage look_up_image(const std::string& name, const std::vector<std::string>& folders,
                         const ImageSniffer& sniff);

}  // namespace shoal
