// A file is looked at as its reader looks at it: unpacked, and in an archive member by member.
#include <algorithm>
#include <string>

#include "archived_posts.hpp"
#include "compressed_posts.hpp"
#include "readers.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/corpus/mapping.hpp"
#include "zip_index.hpp"

namespace shoal {
namespace {

/// Of a text that may be compressed.
std::optional<ProposedColumns> propose_for_text(std::string text) {
  if (!compression_of(text).empty()) text = decoded_beginning(text);
  return propose_columns(without_mark(text).substr(0, kRecognisedBytes));
}

/// Of those members that no known format reads the first by name.
std::optional<ProposedColumns> propose_for_zip(const RandomFile& file) {
  const TarSource bytes_at = [&](std::uint64_t offset, std::span<std::byte> bytes) {
    return file.read_at(offset, bytes);
  };
  std::vector<ZipEntry> members = index_zip(bytes_at, static_cast<std::uint64_t>(file.bytes())).members;
  std::ranges::stable_sort(members, {}, &ZipEntry::name);
  for (const ZipEntry& member : members) {
    const bool is_held = member.bytes <= static_cast<std::uint64_t>(kLargestHeld);
    if (!member.fault.empty() || !is_read_in_archives(member.name)) continue;
    ZipText text = is_held ? read_zip_member(bytes_at, member.header, member.bytes, member.packed)
                           : begin_zip_member(bytes_at, member, kShownBytes);
    const PostReader* reader =
        text.fault.empty() ? reader_of(without_mark(text.text), post_readers()) : nullptr;
    const bool is_packed = !compression_of(text.text).empty();
    if (!is_packed && (reader == nullptr || !takes_anything(*reader))) continue;
    if (auto proposed = propose_for_text(std::move(text.text)); proposed && !proposed->columns.empty())
      return proposed;
  }
  return std::nullopt;
}

}  // namespace

std::optional<ProposedColumns> propose_columns_for(const std::filesystem::path& path) {
  const RandomFile file(path);
  std::string beginning = file.read_up_to(0, kShownBytes);
  return is_zip(beginning) ? propose_for_zip(file) : propose_for_text(std::move(beginning));
}

}  // namespace shoal
