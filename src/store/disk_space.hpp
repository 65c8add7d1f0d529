// Room on the disk, taken before it is needed.
#pragma once

#include <cstdint>
#include <filesystem>

namespace shoal {

/// Makes sure that a file, which exists, can grow to `bytes`; its length stays. Where
/// the file system reserves nothing, the free space is looked at. Throws ResourceError where there is too
/// little.
void reserve_disk_space(const std::filesystem::path& path, std::uint64_t bytes);

}  // namespace shoal
