// WebDataset archives with their texts: photos, captions and fields under one key, one behind the other.
#pragma once

#include <filesystem>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

bool is_tar_of_posts(const std::filesystem::path& path);
ReadResult read_tar_of_posts(PathSource& source);

}  // namespace shoal
