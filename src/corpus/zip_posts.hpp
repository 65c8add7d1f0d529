// Posts in a zip archive that is not unpacked.
#pragma once

#include <filesystem>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

bool is_zip_of_posts(const std::filesystem::path& path);
/// Members by name; their paths below the archive stand for those below a folder.
ReadResult read_zip_of_posts(PathSource& source);

}  // namespace shoal
