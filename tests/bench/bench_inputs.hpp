// What is timed: one photo, one network, and tags of posts.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "shoal/compute/backend.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal::bench {

/// A made photo of 1080 x 1080 as JPEG, about 2.4 bits a pixel.
const std::vector<std::byte>& photo_file();
/// The same, left among temporary files: tools/bench-pillow.py and tools/bench-torch.py read it.
const std::filesystem::path& photo_path();

/// VGG16 from side x side pixels to fc7. Its untrained weights are made once and kept among temporary files.
std::unique_ptr<Network> vgg16_to_fc7(Backend& backend, Precision precision, std::int64_t side,
                                      std::int64_t tile_images);

/// Unit rows of 200,000 posts over 20,000 tags, about 7 a post: a post is of one of 400 subjects, and takes
/// most of its tags from it. Left among temporary files, too (shoal-bench-tags-*): tools/bench-svd.py reads
/// them.
const CsrMatrix& tag_rows();

}  // namespace shoal::bench
