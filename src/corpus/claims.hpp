// Which reader takes a path, by the table of formats.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// The first reader of paths that claims a path; null if none does. by_suffix: whether only those are asked
/// that have the file's suffix, since they may open what they are asked of.
const PostReader* claiming(std::span<const PostReader> readers, const std::filesystem::path& path,
                           bool by_suffix);

/// Whether a file of that name is read where a folder is searched.
bool is_read_below_folders(std::span<const PostReader> readers, std::string_view name);

/// Whether a file's suffix says so little that none was to be expected to hold posts: captions lie beside the
/// posts whose they are, and pages and archives of anything beside both.
bool may_be_anything(std::string_view name);

}  // namespace shoal
