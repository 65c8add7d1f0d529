// Other names of images in 4CAT's zip archives, whose files are called otherwise than the addresses they come
// from.
#pragma once

#include <string_view>
#include <vector>

#include "image_lookup.hpp"
#include "zip_index.hpp"

namespace shoal {

/// Adds copies under the names that the posts give: of each image that the archive's `.metadata.json` lists,
/// that of the file in its address. copies: one of each member, in the same order.
void add_other_names(const TarSource& source, const std::vector<ZipEntry>& members,
                     std::vector<ImageCopy>& copies);

}  // namespace shoal
