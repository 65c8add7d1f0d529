// The zip format (PKWARE's APPNOTE): the directory at the end of the file, its 64-bit extension, local headers.
#include "zip_index.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <bit>
#include <concepts>
#include <cstring>
#include <new>
#include <optional>

namespace shoal {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kLocalHeader = "PK\x03\x04"sv;
constexpr std::string_view kEntry = "PK\x01\x02"sv;
constexpr std::string_view kEnd = "PK\x05\x06"sv;
constexpr std::string_view kEnd64 = "PK\x06\x06"sv;
constexpr std::string_view kLocator = "PK\x06\x07"sv;
constexpr std::string_view kDescriptor = "PK\x07\x08"sv;
constexpr std::size_t kEndBytes = 22;
constexpr std::size_t kEnd64Bytes = 56;
constexpr std::size_t kLocatorBytes = 20;
constexpr std::size_t kEntryBytes = 46;
constexpr std::size_t kLocalBytes = 30;
constexpr std::size_t kLongestComment = 0xFFFF;
constexpr std::uint32_t kIn64 = 0xFFFFFFFF;
constexpr std::uint16_t kStored = 0;
constexpr std::uint16_t kDeflated = 8;
constexpr std::uint16_t kEncrypted = 1U << 0U;
constexpr std::uint16_t kSumBehind = 1U << 3U;
constexpr std::size_t kStep = std::size_t{256} << 10;

constexpr const char* kNoDirectory = "it has no directory at its end; was it copied completely?";
constexpr const char* kLies = "its directory is not where it says; was it copied completely?";

/// A number of a text, little end first; the text is long enough.
template <std::unsigned_integral T>
T number(std::string_view text, std::size_t at) {
  T value = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i)
    value = static_cast<T>(value | static_cast<T>(T{static_cast<unsigned char>(text[at + i])} << (8 * i)));
  return value;
}

/// Up to `bytes` bytes at an offset.
std::string read_at(const TarSource& source, std::uint64_t offset, std::size_t bytes) {
  std::string text(bytes, '\0');
  text.resize(source(offset, std::as_writable_bytes(std::span(text))));
  return text;
}

struct Directory {
  std::uint64_t begin = 0;
  std::uint64_t bytes = 0;
  std::uint64_t entries = 0;
};

/// Replaces what did not fit into 32 bits by the numbers of the extra field for that.
void read_64_bits(std::string_view extra, std::array<std::uint64_t*, 3> values) {
  while (extra.size() >= 4) {
    const auto kind = number<std::uint16_t>(extra, 0);
    const std::size_t bytes = std::min<std::size_t>(number<std::uint16_t>(extra, 2), extra.size() - 4);
    std::string_view field = extra.substr(4, bytes);
    extra.remove_prefix(4 + bytes);
    if (kind != 1) continue;
    for (std::uint64_t* value : values) {
      if (*value != kIn64 || field.size() < 8) continue;
      *value = number<std::uint64_t>(field, 0);
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
    const std::string tail = read_at(source_, size_ - shown, shown);
    if (tail.size() < kEndBytes) return stop<Directory>(kNoDirectory);
    for (std::size_t at = tail.size() - kEndBytes + 1; at-- > 0;) {
      if (std::string_view(tail).substr(at, kEnd.size()) != kEnd) continue;
      if (number<std::uint16_t>(tail, at + 20) != tail.size() - at - kEndBytes) continue;
      return directory_of(std::string_view(tail).substr(at), size_ - shown + at);
    }
    return stop<Directory>(kNoDirectory);
  }

  std::optional<Directory> directory_of(std::string_view end, std::uint64_t at) {
    Directory directory{number<std::uint32_t>(end, 16), number<std::uint32_t>(end, 12),
                        number<std::uint16_t>(end, 10)};
    if (number<std::uint16_t>(end, 4) != number<std::uint16_t>(end, 6))
      return stop<Directory>("it is one part of an archive that was split; join the parts");
    if (at >= kLocatorBytes) {
      const std::string locator = read_at(source_, at - kLocatorBytes, kLocatorBytes);
      if (locator.starts_with(kLocator)) {
        at = number<std::uint64_t>(locator, 8);
        const std::string end64 = read_at(source_, at, kEnd64Bytes);
        if (end64.size() < kEnd64Bytes || !end64.starts_with(kEnd64)) return stop<Directory>(kLies);
        directory = {number<std::uint64_t>(end64, 48), number<std::uint64_t>(end64, 40),
                     number<std::uint64_t>(end64, 32)};
      }
    }
    if (directory.begin > at || directory.bytes > at - directory.begin) return stop<Directory>(kLies);
    return directory;
  }

  void read_directory(const Directory& directory) {
    const std::string text = read_at(source_, directory.begin, directory.bytes);
    std::string_view rest = text;
    for (std::uint64_t i = 0; i < directory.entries; ++i) {
      const std::size_t bytes = add_entry(rest);
      if (bytes == 0) {
        stop<Directory>(fmt::format("its directory has {} entries of the {} that it announces", i, directory.entries));
        return;
      }
      rest.remove_prefix(bytes);
    }
  }

  /// Returns its length; 0 where none is there.
  std::size_t add_entry(std::string_view rest) {
    if (rest.size() < kEntryBytes || !rest.starts_with(kEntry)) return 0;
    const std::size_t name = number<std::uint16_t>(rest, 28);
    const std::size_t extra = number<std::uint16_t>(rest, 30);
    const std::size_t bytes = kEntryBytes + name + extra + number<std::uint16_t>(rest, 32);
    if (rest.size() < bytes) return 0;
    ZipEntry member;
    member.name = rest.substr(kEntryBytes, name);
    member.packed = number<std::uint32_t>(rest, 20);
    member.bytes = number<std::uint32_t>(rest, 24);
    member.header = number<std::uint32_t>(rest, 42);
    read_64_bits(rest.substr(kEntryBytes + name, extra), {&member.bytes, &member.packed, &member.header});
    constexpr std::uint8_t kUnix = 3;
    const std::uint32_t mode =
        static_cast<unsigned char>(rest[5]) == kUnix ? number<std::uint32_t>(rest, 38) >> 16U : 0;
    if (member.name.ends_with('/') || (mode & kKindOfMode) == kFolder) return bytes;
    member.fault = fault_of(member, number<std::uint16_t>(rest, 8), number<std::uint16_t>(rest, 10), mode);
    index_.members.push_back(std::move(member));
    return bytes;
  }

  [[nodiscard]] std::string fault_of(const ZipEntry& member, std::uint16_t flags, std::uint16_t method,
                                     std::uint32_t mode) const {
    if ((flags & kEncrypted) != 0) return "is encrypted in its archive; unpack it with its password";
    if ((mode & kKindOfMode) == kLink)
      return "is a link in its archive, and links are not followed; pack the file that it stands for";
    if (method != kStored && method != kDeflated)
      return fmt::format("is packed by method {} in its archive, of which 0 and 8 are read; unpack it", method);
    if (member.header > size_ || size_ - member.header < kLocalBytes || member.packed > size_ - member.header)
      return "lies behind the end of its archive; was that copied completely?";
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
        member->fault = "shares its place in its archive with another one, as in archives that are made to fill disks";
        continue;
      }
      free = member->header + kLocalBytes + member->packed;
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

/// What a member's own header says.
struct Local {
  std::string name;
  std::uint64_t begin = 0;  ///< of its bytes
  std::uint16_t method = 0;
  std::uint16_t flags = 0;
  std::uint32_t sum = 0;
};

/// held: the archive's bytes from the header on, of which some are in memory. Nothing where no header is there.
std::optional<Local> local_header(const TarSource& source, std::uint64_t header, std::string_view held) {
  if (held.size() < kLocalBytes || !held.starts_with(kLocalHeader)) return std::nullopt;
  const std::size_t name = number<std::uint16_t>(held, 26);
  Local local;
  local.flags = number<std::uint16_t>(held, 6);
  local.method = number<std::uint16_t>(held, 8);
  local.sum = number<std::uint32_t>(held, 14);
  local.begin = header + kLocalBytes + name + number<std::uint16_t>(held, 28);
  local.name = held.size() >= kLocalBytes + name ? std::string(held.substr(kLocalBytes, name))
                                                 : read_at(source, header + kLocalBytes, name);
  return local;
}

/// A raw deflated stream.
class Inflater {
 public:
  Inflater() {
    if (::inflateInit2(&stream_, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Unpacks into the rest of a text, from `used` on; how much it got. Takes from packed what was used.
  std::size_t unpack(std::string_view& packed, std::span<char> into) {
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    stream_.avail_in = static_cast<uInt>(packed.size());
    stream_.next_out = reinterpret_cast<Bytef*>(into.data());
    const std::size_t room = std::min<std::size_t>(into.size(), std::size_t{1} << 30U);
    stream_.avail_out = static_cast<uInt>(room);
    state_ = ::inflate(&stream_, Z_NO_FLUSH);
    if (state_ == Z_MEM_ERROR) throw std::bad_alloc();
    packed.remove_prefix(packed.size() - stream_.avail_in);
    return room - stream_.avail_out;
  }
  [[nodiscard]] bool ended() const { return state_ == Z_STREAM_END; }
  [[nodiscard]] bool failed() const { return state_ != Z_STREAM_END && state_ != Z_OK && state_ != Z_BUF_ERROR; }

 private:
  z_stream stream_{};
  int state_ = Z_OK;
};

constexpr const char* kDamaged = "is damaged in its archive";

/// Where a stored or deflated text ends in the archive; nothing where it is not what was announced.
std::optional<std::uint64_t> unpack(const TarSource& source, const Local& local, std::string& text) {
  if (local.method == kStored) {
    const std::size_t got = source(local.begin, std::as_writable_bytes(std::span(text)));
    return got == text.size() ? std::optional(local.begin + got) : std::nullopt;
  }
  Inflater inflater;
  std::uint64_t next = local.begin;
  std::size_t used = 0;
  char more = 0;
  while (!inflater.ended()) {
    const std::string held = read_at(source, next, kStep);
    if (held.empty()) return std::nullopt;
    std::string_view packed = held;
    while (!inflater.ended()) {
      // Behind the last byte the end of the stream is to follow, and no further byte.
      const bool full = used == text.size();
      const std::size_t got =
          inflater.unpack(packed, full ? std::span(&more, 1) : std::span(text).subspan(used));
      if (inflater.failed() || (full && got > 0)) return std::nullopt;
      used += full ? 0 : got;
      if (got == 0 && packed.empty()) break;
    }
    next += held.size() - packed.size();
  }
  return used == text.size() ? std::optional(next) : std::nullopt;
}

}  // namespace

bool is_zip(std::string_view beginning) {
  return beginning.starts_with(kLocalHeader) || beginning.starts_with(kEnd);
}

ZipIndex index_zip(const TarSource& source, std::uint64_t size) { return ZipIndexer(source, size).run(); }

ZipText read_zip_member(const TarSource& source, std::uint64_t header, std::uint64_t bytes) {
  const auto local = local_header(source, header, read_at(source, header, kLocalBytes));
  if (!local || (local->method != kStored && local->method != kDeflated)) return {{}, kDamaged};
  ZipText result;
  result.text.resize(bytes);
  const auto end = unpack(source, *local, result.text);
  if (!end) return {{}, kDamaged};
  std::uint32_t sum = local->sum;
  if ((local->flags & kSumBehind) != 0) {
    const std::string descriptor = read_at(source, *end, 8);
    if (descriptor.size() < 8) return {{}, kDamaged};
    sum = number<std::uint32_t>(descriptor, descriptor.starts_with(kDescriptor) ? 4 : 0);
  }
  const auto* first = reinterpret_cast<const Bytef*>(result.text.data());
  if (::crc32_z(0, first, result.text.size()) != sum) return {{}, "does not fit its checksum in its archive"};
  return result;
}

ZipText begin_zip_member(const TarSource& source, const ZipEntry& member, std::size_t bytes) {
  constexpr std::size_t kShown = 1024;
  const std::string held = read_at(source, member.header, kLocalBytes + member.name.size() + kShown);
  const auto local = local_header(source, member.header, held);
  if (!local) return {{}, kDamaged};
  if (local->name != member.name) return {{}, "has another name in its own header than in its archive's directory"};
  const std::size_t at = local->begin - member.header;
  const std::string later = at < held.size() ? std::string() : read_at(source, local->begin, kShown);
  std::string_view packed = at < held.size() ? std::string_view(held).substr(at) : std::string_view(later);
  bytes = std::min<std::uint64_t>(bytes, member.bytes);
  if (local->method == kStored) return {std::string(packed.substr(0, bytes)), {}};
  ZipText result;
  result.text.resize(bytes);
  Inflater inflater;
  std::size_t used = 0;
  while (used < bytes && !packed.empty() && !inflater.ended() && !inflater.failed())
    used += inflater.unpack(packed, std::span(result.text).subspan(used));
  result.text.resize(used);
  if (inflater.failed()) result.fault = kDamaged;
  return result;
}

}  // namespace shoal
