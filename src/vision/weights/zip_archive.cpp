// The zip format (PKWARE's APPNOTE): the directory at the end of the file, its 64-bit extension, local
// headers.
#include "vision/weights/zip_archive.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "vision/weights/bytes_reader.hpp"

namespace shoal {
namespace {

constexpr std::string_view kLocalHeader{"PK\x03\x04", 4};
constexpr std::string_view kDirectoryEntry{"PK\x01\x02", 4};
constexpr std::string_view kEnd{"PK\x05\x06", 4};
constexpr std::string_view kEnd64{"PK\x06\x06", 4};
constexpr std::string_view kEnd64Locator{"PK\x06\x07", 4};
constexpr std::size_t kEndSize = 22;
constexpr std::size_t kLocatorSize = 20;
constexpr std::uint32_t kFull32 = 0xFFFFFFFF;
constexpr std::uint16_t kFull16 = 0xFFFF;
constexpr std::uint16_t kZip64Extra = 1;

constexpr const char* kCutShort = "its zip directory runs past its end: was it copied completely?";

BytesReader reader_at(std::span<const std::byte> file, std::uint64_t at) {
  BytesReader reader(file, kCutShort);
  reader.seek(at);
  return reader;
}

void expect_signature(BytesReader& reader, std::string_view signature, const char* what) {
  if (reader.text(signature.size()) != signature) {
    throw Refusal{fmt::format("its zip directory points at no {}: it is damaged", what)};
  }
}

struct Directory {
  std::uint64_t entries = 0;
  std::uint64_t size = 0;
  std::uint64_t begin = 0;
  std::size_t end = 0;  ///< where the records begin that tell of it
};

/// The last record of the file, behind which only its own comment lies.
std::size_t find_end(std::span<const std::byte> file) {
  if (file.size() < kEndSize) throw Refusal{kCutShort};
  const std::size_t last = file.size() - kEndSize;
  const std::size_t first = last - std::min<std::size_t>(last, kFull16);
  for (std::size_t at = last + 1; at-- > first;) {
    BytesReader reader = reader_at(file, at);
    if (reader.text(kEnd.size()) != kEnd) continue;
    reader.skip(kEndSize - kEnd.size() - sizeof(std::uint16_t));
    if (reader.number<std::uint16_t>() == reader.left()) return at;
  }
  throw Refusal{"it begins as a zip archive and has no directory at its end: was it copied completely?"};
}

bool has_locator(std::span<const std::byte> file, std::size_t end) {
  return end >= kLocatorSize &&
         reader_at(file, end - kLocatorSize).text(kEnd64Locator.size()) == kEnd64Locator;
}

/// The record with 64-bit numbers, which torch.save writes whether they need so many bits or not.
Directory read_end64(std::span<const std::byte> file, std::size_t end) {
  BytesReader locator = reader_at(file, end - kLocatorSize + kEnd64Locator.size());
  locator.skip(4);  // the disk's number
  const auto at = locator.number<std::uint64_t>();
  BytesReader reader = reader_at(file, at);
  expect_signature(reader, kEnd64, "64-bit directory");
  reader.skip(8 + 2 + 2 + 4 + 4 + 8);  // size, versions, disks, entries on this disk
  Directory directory;
  directory.entries = reader.number<std::uint64_t>();
  directory.size = reader.number<std::uint64_t>();
  directory.begin = reader.number<std::uint64_t>();
  directory.end = static_cast<std::size_t>(at);
  return directory;
}

Directory find_directory(std::span<const std::byte> file) {
  const std::size_t end = find_end(file);
  if (has_locator(file, end)) return read_end64(file, end);
  BytesReader reader = reader_at(file, end + kEnd.size());
  reader.skip(2 + 2 + 2);  // disks, entries on this disk
  Directory directory;
  directory.entries = reader.number<std::uint16_t>();
  directory.size = reader.number<std::uint32_t>();
  directory.begin = reader.number<std::uint32_t>();
  directory.end = end;
  return directory;
}

/// Where the directory is; nothing may lie between it and the records that tell of it.
Directory locate_directory(std::span<const std::byte> file) {
  const Directory directory = find_directory(file);
  if (directory.begin > directory.end || directory.size != directory.end - directory.begin) {
    throw Refusal{"its zip directory lies about its place or size: it is damaged"};
  }
  return directory;
}

struct Entry {
  std::string name;
  std::uint32_t crc = 0;
  std::uint64_t size = 0;
  std::uint64_t header = 0;
  std::uint64_t begin = 0;
};

/// Replaces what did not fit into 32 bits.
void read_zip64_extra(std::string_view extra, std::uint64_t& stored, Entry& entry) {
  BytesReader reader(std::as_bytes(std::span(extra)), kCutShort);
  while (reader.left() >= 4) {
    const auto kind = reader.number<std::uint16_t>();
    const auto field = reader.text(reader.number<std::uint16_t>());
    if (kind != kZip64Extra) continue;
    BytesReader values(std::as_bytes(std::span(field)), kCutShort);
    for (std::uint64_t* value : {&entry.size, &stored, &entry.header}) {
      if (*value == kFull32) *value = values.number<std::uint64_t>();
    }
  }
}

Entry read_entry(BytesReader& reader) {
  expect_signature(reader, kDirectoryEntry, "entry");
  Entry entry;
  reader.skip(4);  // versions
  const auto flags = reader.number<std::uint16_t>();
  const auto method = reader.number<std::uint16_t>();
  reader.skip(4);  // time
  entry.crc = reader.number<std::uint32_t>();
  std::uint64_t stored = reader.number<std::uint32_t>();
  entry.size = reader.number<std::uint32_t>();
  const auto name_size = reader.number<std::uint16_t>();
  const auto extra_size = reader.number<std::uint16_t>();
  const auto comment_size = reader.number<std::uint16_t>();
  reader.skip(2 + 2 + 4);  // disk, attributes
  entry.header = reader.number<std::uint32_t>();
  entry.name = reader.text(name_size);
  read_zip64_extra(reader.text(extra_size), stored, entry);
  reader.skip(comment_size);
  if ((flags & 1) != 0) throw Refusal{fmt::format("its member '{}' is encrypted", shown(entry.name))};
  if (method != 0 || stored != entry.size) {
    throw Refusal{
        fmt::format("its member '{}' is compressed, which torch.save never does", shown(entry.name))};
  }
  return entry;
}

/// Finds where the bytes begin; the local header may be padded, so that they are aligned.
void place_entry(std::span<const std::byte> file, std::uint64_t data_end, Entry& entry) {
  BytesReader reader = reader_at(file, entry.header);
  expect_signature(reader, kLocalHeader, "member");
  reader.skip(22);
  const auto name_size = reader.number<std::uint16_t>();
  const auto extra_size = reader.number<std::uint16_t>();
  if (reader.text(name_size) != entry.name) {
    throw Refusal{fmt::format("its member '{}' has another name in its own header", shown(entry.name))};
  }
  reader.skip(extra_size);
  entry.begin = reader.at();
  if (entry.begin > data_end || entry.size > data_end - entry.begin) {
    throw Refusal{fmt::format("its member '{}' runs past the end of the data", shown(entry.name))};
  }
}

void require_apart(std::vector<Entry>& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.header < b.header; });
  std::uint64_t at = 0;
  for (const Entry& entry : entries) {
    if (entry.header < at) throw Refusal{fmt::format("its member '{}' overlaps another", shown(entry.name))};
    at = entry.begin + entry.size;
  }
}

void check_crc(std::span<const std::byte> file, const Entry& entry) {
  const auto* first = reinterpret_cast<const Bytef*>(file.data() + entry.begin);
  if (::crc32_z(0, first, static_cast<z_size_t>(entry.size)) != entry.crc) {
    throw Refusal{fmt::format("its member '{}' does not fit its checksum: it is damaged", shown(entry.name))};
  }
}

}  // namespace

std::map<std::string, ZipMember, std::less<>> read_zip(std::span<const std::byte> file) {
  const Directory directory = locate_directory(file);
  BytesReader reader = reader_at(file.first(directory.end), directory.begin);
  std::vector<Entry> entries;
  for (std::uint64_t i = 0; i < directory.entries; ++i) {
    entries.push_back(read_entry(reader));
    place_entry(file, directory.begin, entries.back());
  }
  if (reader.left() != 0) throw Refusal{"its zip directory holds more than its entries: it is damaged"};
  require_apart(entries);
  std::map<std::string, ZipMember, std::less<>> members;
  for (const Entry& entry : entries) {
    check_crc(file, entry);
    const ZipMember member{static_cast<std::size_t>(entry.begin), static_cast<std::size_t>(entry.size)};
    if (!members.emplace(entry.name, member).second) {
      throw Refusal{fmt::format("it has two members '{}'", shown(entry.name))};
    }
  }
  return members;
}

}  // namespace shoal
