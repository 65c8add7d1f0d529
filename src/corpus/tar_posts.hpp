// Tar archives of posts: WebDataset's, with photos, captions and fields under one key, one behind the other;
// and folders that somebody packed.
#pragma once

#include <cstdint>
#include <filesystem>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

bool is_tar_of_posts(const std::filesystem::path& path);
/// A compressed archive is decoded as a whole, up to kLargestDecoded.
ReadResult read_tar_of_posts(PathSource& source);
/// How much of an archive is held while it is parsed, in bytes. Throws InputError.
std::int64_t held_of_tar(const std::filesystem::path& path);

}  // namespace shoal
