// The directory at the end of the file, and its 64-bit extension (PKWARE's APPNOTE).
#include "zip_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "zip_format.hpp"

namespace shoal {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kEntry = "PK\x01\x02"sv;
constexpr std::string_view kEnd64 = "PK\x06\x06"sv;
constexpr std::string_view kLocator = "PK\x06\x07"sv;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kLongestEntry = kEntryBytes + std::size_t{3} * 0xFFFF;
constexpr std::size_t kDirectoryPart = std::size_t{1} << 20;
constexpr std::size_t kLongestComment = 0xFFFF;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;
constexpr std::uint16_t kEncrypted = 1U << 0U;
/// Deflation gives no more than this for each byte, and some at the beginning.
constexpr std::uint64_t kMostDeflatedTimes = 1032;
constexpr std::uint64_t kDeflatedBeginning = 4096;

constexpr const char* kNoDirectory = "it has no directory at its end; was it copied completely?";
constexpr const char* kLies = "its directory is not where it says; was it copied completely?";

struct Directory {
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
};

/// Replaces what did not fit into 32 bits by the numbers of the extra field for that.
void read_64_bits(std::string_view extra, std::array<std::uint64_t*, 3> values) {
  while (extra.size() >= 4) {
    const auto kind = zip_number<std::uint16_t>(extra, 0);
    const std::size_t bytes = std::min<std::size_t>(zip_number<std::uint16_t>(extra, 2), extra.size() - 4);
    std::string_view field = extra.substr(4, bytes);
    extra.remove_prefix(4 + bytes);
    if (kind != 1) continue;
    for (std::uint64_t* value : values) {
      if (*value != kIn64 || field.size() < 8) continue;
      *value = zip_number<std::uint64_t>(field, 0);
      field.remove_prefix(8);
    }
  }
}

class ZipIndexer {
 public:
  ZipIndexer(const TarSource& source, std::uint64_t size) : source_(source), size_(size) {}

  ZipIndex run() {
    if (const auto directory = find_directory()) read_directory(*directory);
    mark_overlapping();
    return std::move(index_);
  }

 private:
  /// The archive's last record, behind which only its comment lies, and what it says of the directory.
  std::optional<Directory> find_directory() {
    const std::size_t shown = std::min<std::uint64_t>(size_, kEndBytes + kLongestComment);
    const std::string tail = read_zip_at(source_, size_ - shown, shown);
    if (tail.size() < kEndBytes) return stop<Directory>(kNoDirectory);
    for (std::size_t at = tail.size() - kEndBytes + 1; at-- > 0;) {
      if (std::string_view(tail).substr(at, kZipEnd.size()) != kZipEnd) continue;
      if (zip_number<std::uint16_t>(tail, at + 20) != tail.size() - at - kEndBytes) continue;
      return directory_of(std::string_view(tail).substr(at), size_ - shown + at);
    }
    return stop<Directory>(kNoDirectory);
  }

  std::optional<Directory> directory_of(std::string_view end, std::uint64_t at) {
    Directory directory{zip_number<std::uint32_t>(end, 16), zip_number<std::uint32_t>(end, 12),
                        zip_number<std::uint16_t>(end, 10)};
    if (zip_number<std::uint16_t>(end, 4) != zip_number<std::uint16_t>(end, 6))
      return stop<Directory>("it is one part of an archive that was split; join the parts");
    if (at >= kLocatorBytes) {
      const std::string locator = read_zip_at(source_, at - kLocatorBytes, kLocatorBytes);
      if (locator.starts_with(kLocator)) {
        at = zip_number<std::uint64_t>(locator, 8);
        const std::string end64 = read_zip_at(source_, at, kEnd64Bytes);
        if (end64.size() < kEnd64Bytes || !end64.starts_with(kEnd64)) return stop<Directory>(kLies);
        directory = {zip_number<std::uint64_t>(end64, 48), zip_number<std::uint64_t>(end64, 40),
                     zip_number<std::uint64_t>(end64, 32)};
      }
    }
    if (directory.begin > at || directory.bytes > at - directory.begin) return stop<Directory>(kLies);
    return directory;
  }

  /// Part by part: nobody has checked how long it is.
  void read_directory(const Directory& directory) {
    std::string held;
    std::string_view rest;
    std::uint64_t next = directory.begin;
    const std::uint64_t end = directory.begin + directory.bytes;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
      if (rest.size() < kLongestEntry && next < end) {
        std::string more(rest);
        more += read_zip_at(source_, next, std::min<std::uint64_t>(kDirectoryPart, end - next));
        next += std::max<std::uint64_t>(more.size() - rest.size(), 1);
        held = std::move(more);
        rest = held;
      }
      const std::size_t bytes = add_entry(rest);
      if (bytes == 0) {
        stop<Directory>(
            fmt::format("its directory has {} entries of the {} that it announces", i, directory.entries));
        return;
      }
      rest.remove_prefix(bytes);
    }
  }

  /// Returns its length; 0 where none is there.
  std::size_t add_entry(std::string_view rest) {
    if (rest.size() < kEntryBytes || !rest.starts_with(kEntry)) return 0;
    const std::size_t name = zip_number<std::uint16_t>(rest, 28);
    const std::size_t extra = zip_number<std::uint16_t>(rest, 30);
    const std::size_t bytes = kEntryBytes + name + extra + zip_number<std::uint16_t>(rest, 32);
    if (rest.size() < bytes) return 0;
    ZipEntry member;
    member.name = rest.substr(kEntryBytes, name);
    member.packed = zip_number<std::uint32_t>(rest, 20);
    member.bytes = zip_number<std::uint32_t>(rest, 24);
    member.header = zip_number<std::uint32_t>(rest, 42);
    read_64_bits(rest.substr(kEntryBytes + name, extra), {&member.bytes, &member.packed, &member.header});
    constexpr std::uint8_t kUnix = 3;
    const std::uint32_t mode =
        static_cast<unsigned char>(rest[5]) == kUnix ? zip_number<std::uint32_t>(rest, 38) >> 16U : 0;
    if (member.name.ends_with('/') || (mode & kKindOfMode) == kFolder) return bytes;
    member.fault =
        fault_of(member, zip_number<std::uint16_t>(rest, 8), zip_number<std::uint16_t>(rest, 10), mode);
    index_.members.push_back(std::move(member));
    return bytes;
  }

  [[nodiscard]] std::string fault_of(const ZipEntry& member, std::uint16_t flags, std::uint16_t method,
                                     std::uint32_t mode) const {
    if ((flags & kEncrypted) != 0) return "is encrypted in its archive; unpack it with its password";
    if ((mode & kKindOfMode) == kLink)
      return "is a link in its archive, and links are not followed; pack the file that it stands for";
    if (method != kZipStored && method != kZipDeflated)
      return fmt::format("is packed by method {} in its archive, of which 0 and 8 are read; unpack it",
                         method);
    if (member.header > size_ || size_ - member.header < kZipLocalBytes ||
        member.packed > size_ - member.header)
      return "lies behind the end of its archive; was that copied completely?";
    const bool stored = method == kZipStored;
    if (stored ? member.bytes != member.packed
               : member.bytes > kDeflatedBeginning &&
                     (member.bytes - kDeflatedBeginning) / kMostDeflatedTimes > member.packed)
      return fmt::format(
          "has {} bytes in its archive, and its directory says that they are {} when unpacked, which "
          "cannot be; was the archive made to fill memories?",
          member.packed, member.bytes);
    return {};
  }

  /// Archives that are made to fill disks give one range of bytes to many members.
  void mark_overlapping() {
    std::vector<ZipEntry*> by_place;
    for (ZipEntry& member : index_.members) by_place.push_back(&member);
    std::ranges::sort(by_place, {}, [](const ZipEntry* member) { return member->header; });
    std::uint64_t free = 0;
    for (ZipEntry* member : by_place) {
      if (!member->fault.empty()) continue;
      if (member->header < free) {
        member->fault =
            "shares its place in its archive with another one, as in archives that are made to fill disks";
        continue;
      }
      free = member->header + kZipLocalBytes + member->name.size() + member->packed;
    }
  }

  template <class T>
  std::optional<T> stop(std::string damage) {
    index_.damage = std::move(damage);
    return std::nullopt;
  }

  static constexpr std::uint32_t kKindOfMode = 0170000;
  static constexpr std::uint32_t kFolder = 0040000;
  static constexpr std::uint32_t kLink = 0120000;

  const TarSource& source_;
  std::uint64_t size_;
  ZipIndex index_;
};

}  // namespace

bool is_zip(std::string_view beginning) {
  return beginning.starts_with(kZipLocalHeader) || beginning.starts_with(kZipEnd);
}

ZipIndex index_zip(const TarSource& source, std::uint64_t size) { return ZipIndexer(source, size).run(); }

}  // namespace shoal
