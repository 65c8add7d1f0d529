// From pixels to small JPEG files: thumbnails for the report, photos for synthetic corpora.
#pragma once

#include <cstddef>
#include <vector>

#include "shoal/data/image.hpp"

namespace shoal {

/// A baseline JPEG with 4:2:0 chroma and JFIF header. The same pixels and quality give the same bytes on
/// every processor (integer transform, fixed Huffman tables). quality: 1 to 100, on libjpeg's scale. Throws
/// FailureError where a side is 0 or above 65500, or the pixels are not width x height x 3.
std::vector<std::byte> encode_jpeg(const RgbImage& image, int quality);

/// The image shrunk to fit into long_side x long_side, its shape kept to the nearest pixel; as it is where it
/// already fits. long_side >= 1.
RgbImage make_thumbnail(const RgbImage& image, int long_side);

}  // namespace shoal
