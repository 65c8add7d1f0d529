// Posts in a zip archive that is not unpacked.
#pragma once

#include <cstdint>
#include <filesystem>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

bool is_zip_of_posts(const std::filesystem::path& path);
/// Members by name; their paths below the archive stand for those below a folder.
ReadResult read_zip_of_posts(PathSource& source);

/// How much of an archive is held while it is parsed, in bytes: of its members the one that takes most, when
/// unpacked. Throws InputError.
std::int64_t held_of_zip(const std::filesystem::path& path);

}  // namespace shoal
