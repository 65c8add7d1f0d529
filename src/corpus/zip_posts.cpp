// A zip archive of files with posts, as it was exported: each member that a format knows is read as a file.
#include "zip_posts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "archived_posts.hpp"
#include "compressed_posts.hpp"
#include "decoder.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"
#include "zip_index.hpp"

namespace shoal {
namespace {

TarSource bytes_of(const RandomFile& file) {
  return [&file](std::uint64_t offset, std::span<std::byte> bytes) { return file.read_at(offset, bytes); };
}

/// As of a compressed file (decoder.hpp).
std::string bomb_fault(const ZipEntry& member) {
  const bool trusted = member.bytes <= static_cast<std::uint64_t>(kTrustedDecoded) ||
                       member.bytes / static_cast<std::uint64_t>(kMostDecodedTimes) <= member.packed;
  return trusted ? std::string()
                 : fmt::format("unpacks to more than {} times its size, as no posts do", kMostDecodedTimes);
}

ArchivedText text_of(const TarSource& source, const ZipEntry& member) {
  if (ZipText begin = begin_zip_member(source, member, 1); !begin.fault.empty())
    return {{}, std::move(begin.fault)};
  ZipText unpacked = read_zip_member(source, member.header, member.bytes, member.packed);
  return {std::move(unpacked.text), std::move(unpacked.fault)};
}

}  // namespace

bool is_zip_of_posts(const std::filesystem::path& path) {
  try {
    return !is_folder(path) && is_zip(RandomFile(path).read_up_to(0, 4));
  } catch (const Error&) {
    return false;  // reading it says what is wrong
  }
}

ReadResult read_zip_of_posts(PathSource& source) {
  const RandomFile file(source.path());
  const TarSource bytes_at = bytes_of(file);
  ZipIndex index = index_zip(bytes_at, static_cast<std::uint64_t>(file.bytes()));
  std::ranges::stable_sort(index.members, [](const ZipEntry& a, const ZipEntry& b) {
    return std::tie(a.name, a.header) < std::tie(b.name, b.header);
  });
  ArchivedPosts posts(source);
  for (const ZipEntry& member : index.members) {
    posts.add({member.name, member.bytes, member.fault.empty() ? bomb_fault(member) : member.fault},
              [&] { return text_of(bytes_at, member); });
  }
  return posts.finish(index.damage);
}

std::int64_t held_of_zip(const std::filesystem::path& path) {
  const RandomFile file(path);
  std::int64_t most = 0;
  for (const ZipEntry& member : index_zip(bytes_of(file), static_cast<std::uint64_t>(file.bytes())).members) {
    const bool is_read = member.fault.empty() && is_read_in_archives(member.name) &&
                         member.bytes <= static_cast<std::uint64_t>(kLargestDecoded) &&
                         bomb_fault(member).empty();
    if (!is_read) continue;
    const auto bytes = static_cast<std::int64_t>(member.bytes);
    const bool compressed = without_compression(member.name) != member.name;
    most = std::max(most, bytes + (compressed ? usually_decoded(bytes) : 0));
  }
  return most;
}

}  // namespace shoal
