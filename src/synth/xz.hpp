// Compression with xz, as Python's lzma module does it for Instaloader.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// Without a checksum, as Instaloader asks for. Throws ResourceError where there is no memory for it.
std::string xz_compressed(std::string_view text);

}  // namespace shoal
