// Which files are compressed as a whole, by their first bytes and by their names.
#pragma once

#include <string_view>

namespace shoal {

/// What compressed a file that begins like this: "gzip", "xz", "zstd" or "bzip2"; empty for any other.
std::string_view compression_of(std::string_view beginning);

/// A file's name without the suffix that says how it is compressed (.gz, .xz, .zst, .bz2, in whatever case);
/// the name itself where it has none.
std::string_view without_compression(std::string_view file_name);

}  // namespace shoal
