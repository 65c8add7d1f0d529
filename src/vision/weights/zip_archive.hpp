// A zip archive of uncompressed members, as torch.save writes it. Nothing of its directory is believed
// unproved.
#pragma once

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace shoal {

/// Where a member's bytes lie in the file.
struct ZipMember {
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// The members by name. Throws Refusal for what is no whole archive; for compressed or encrypted members,
/// members that overlap or have the same name; and where a member's CRC-32 is not what the directory says.
std::map<std::string, ZipMember, std::less<>> read_zip(std::span<const std::byte> file);

}  // namespace shoal
