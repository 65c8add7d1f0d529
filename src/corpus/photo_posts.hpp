// Photos without anything that tells of them: each is a post.
#pragma once

#include <filesystem>
#include <span>
#include <string_view>

#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// The format's name. In folders it is looked for only where they hold nothing else: photos lie beside posts.
inline constexpr std::string_view kPhoto = "photo";

/// Whether a file begins as JPEG, PNG or WebP.
bool is_photo(const std::filesystem::path& path);
ReadResult read_photo(PathSource& source);

/// The row of a table by which folders are searched for photos alone; none where the table does not read
/// photos.
std::span<const PostReader> photo_readers(std::span<const PostReader> readers);

/// Whether a unit that was listed is of a format, or may be: all but photos, and files that a search found
/// under a name that says nothing and that no reader knows by their beginning. Throws UnavailableError.
bool is_of_a_format(const Unit& unit, std::span<const PostReader> readers);

}  // namespace shoal
