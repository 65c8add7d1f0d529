// CRC32C (Castagnoli), the checksum of blocks and files: the processor's instruction where it has one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace shoal {

/// CRC32C of bytes, continuing from the CRC of what came before (0 at the start).
std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t before = 0);

}  // namespace shoal
