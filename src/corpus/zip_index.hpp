// Zip archives of others, read by offset: their directory, and their members one by one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/tar.hpp"

namespace shoal {

/// Whether a file begins as a zip archive does.
bool is_zip(std::string_view beginning);

/// A file in an archive. Folders are none.
struct ZipEntry {
  std::string name;          ///< as the archive spells it
  std::uint64_t header = 0;  ///< the offset of its own header
  std::uint64_t packed = 0;  ///< its bytes in the archive
  std::uint64_t bytes = 0;   ///< when unpacked, as the directory says
  std::string fault;  ///< why it cannot be read, "is encrypted ..."; empty where nothing speaks against it
};

struct ZipIndex {
  std::vector<ZipEntry> members;  ///< in the directory's order; a name may stand several times
  std::string damage;             ///< why the directory, or its rest, cannot be read
};

/// Reads the directory of an archive of `size` bytes. Of links, encrypted members, members that overlap
/// others, those that are packed in other ways than by deflation, and those that cannot hold as much as the
/// directory says, the fault says so. Never throws for what an archive holds.
ZipIndex index_zip(const TarSource& source, std::uint64_t size);

/// What a member's own header and bytes give.
struct ZipText {
  std::string text;
  std::string fault;  ///< why the text is not the member's, "does not fit its checksum"; empty where it is
};

/// The member whose header is at an offset. bytes: when unpacked; more are not unpacked, whatever the archive
/// says, and memory is taken as they come. packed: in the archive; nothing where its own header says that.
ZipText read_zip_member(const TarSource& source, std::uint64_t header, std::uint64_t bytes,
                        std::optional<std::uint64_t> packed = std::nullopt);

/// The first bytes of a member, up to `bytes`, without its checksum; as many as the first KiB of it gives.
/// The fault also says where the member's own header tells of another one than the directory.
ZipText begin_zip_member(const TarSource& source, const ZipEntry& member, std::size_t bytes);

}  // namespace shoal
