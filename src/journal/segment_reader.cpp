// What is damaged is told and passed over: the records behind it stand.
#include "segment_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "shoal/base/patience.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {

namespace {

namespace fs = std::filesystem;

/// A run that goes on elsewhere may have sealed a segment since it was listed: its tiles lie where they lay.
fs::path as_it_is_now(const fs::path& path) {
  std::error_code error;
  if (path.extension() != kOpenSuffix || fs::exists(path, error)) return path;
  const fs::path sealed = fs::path(path).replace_extension(kSealedSuffix);
  return fs::exists(sealed, error) ? sealed : path;
}

}  // namespace

SegmentReader::SegmentReader(fs::path path, const Digest& key) : path_(std::move(path)), key_(key) {
  read_of_own([&] { patiently([&] { open(); }); });
  sealed_ = path_.extension() == kSealedSuffix;
}

void SegmentReader::open() {
  path_ = as_it_is_now(path_);
  file_ = open_regular_file(path_);
  size_ = version_of(file_, path_).bytes;
}

std::size_t SegmentReader::read(std::uint64_t offset, std::span<std::byte> bytes) {
  const auto once = [&] {
    if (!file_) open();
    try {
      return read_at(file_, path_, offset, bytes);
    } catch (const UnavailableError&) {
      file_ = FileDescriptor();
      throw;
    }
  };
  return read_of_own([&] { return patiently(once); });
}

void SegmentReader::tell(const std::string& what) {
  damage_.push_back(fmt::format("'{}' is damaged: {}", path_.string(), what));
}

template <class Part>
bool SegmentReader::read_part(std::uint64_t offset, Part& part) {
  const auto bytes = std::as_writable_bytes(std::span(&part, 1));
  return read(offset, bytes) == sizeof part && is_sound(part);
}

bool SegmentReader::header_fits() {
  SegmentHeader header;
  // The run was killed before the header was whole: nothing is lost.
  if (size_ < sizeof header && !sealed_) return false;
  if (!read_part(0, header)) {
    tell("its header does not fit its checksum");
    return false;
  }
  if (header.version != SegmentHeader{}.version) {
    tell(fmt::format("version {} is not known", header.version));
    return false;
  }
  if (header.key != key_) {
    tell("it belongs to another stage or other settings");
    return false;
  }
  return true;
}

std::optional<std::vector<IndexEntry>> SegmentReader::index() {
  SegmentTrailer trailer;
  const bool fits =
      size_ >= sizeof(SegmentHeader) + sizeof trailer && read_part(size_ - sizeof trailer, trailer) &&
      trailer.index_offset >= sizeof(SegmentHeader) && trailer.index_offset <= size_ - sizeof trailer;
  if (!fits) {
    tell("it has lost its end, or the index there is not the one that was written");
    return std::nullopt;
  }
  const std::uint64_t bytes = size_ - sizeof trailer - trailer.index_offset;
  std::vector<IndexEntry> entries(bytes / sizeof(IndexEntry));
  const auto view = std::as_writable_bytes(std::span(entries));
  if (view.size() != bytes || read(trailer.index_offset, view) != bytes ||
      crc32c(view) != trailer.index_crc) {
    tell("its index does not fit its checksum");
    return std::nullopt;
  }
  return entries;
}

std::uint64_t SegmentReader::next_record(std::uint64_t offset, std::uint64_t end) {
  std::vector<std::byte> window;
  constexpr std::size_t kWindow = std::size_t{1} << 20;
  while (offset + sizeof(RecordHeader) <= end) {
    window.resize(std::min<std::uint64_t>(kWindow, end - offset));
    window.resize(read(offset, window));
    if (window.size() < sizeof(RecordHeader)) break;
    const std::size_t last = window.size() - sizeof(RecordHeader);
    for (std::size_t at = 0; at <= last; at += 8) {
      RecordHeader header;
      std::memcpy(&header, window.data() + at, sizeof header);
      if (is_sound(header)) return offset + at;
    }
    offset += last / 8 * 8 + 8;
  }
  return end;
}

std::vector<IndexEntry> SegmentReader::walk(std::uint64_t end) {
  std::vector<IndexEntry> entries;
  std::uint64_t offset = sizeof(SegmentHeader);
  while (offset + sizeof(RecordHeader) <= end) {
    RecordHeader header;
    if (!read_part(offset, header)) {
      const std::uint64_t next = next_record(offset + 8, end);
      tell(fmt::format("no record begins at byte {}; the next one is at byte {}", offset, next));
      offset = next;
      continue;
    }
    const std::uint64_t behind = offset + sizeof header + padded(header.bytes);
    if (behind > end) break;  // in work when its run was killed
    entries.push_back({header.tile, header.input, offset, header.bytes, header.payload_crc, 0});
    offset = behind;
  }
  if (sealed_ && offset != end) tell(fmt::format("the record at byte {} is cut off", offset));
  return entries;
}

std::vector<IndexEntry> SegmentReader::entries() {
  if (!header_fits()) return {};
  if (sealed_) {
    if (auto entries = index()) return *std::move(entries);
  }
  return walk(size_);
}

std::optional<std::span<const std::byte>> SegmentReader::payload(const IndexEntry& entry) {
  RecordHeader header;
  record_.clear();
  if (entry.offset + sizeof header + padded(entry.bytes) <= size_) {
    record_.resize(sizeof header + padded(entry.bytes));
    record_.resize(read(entry.offset, record_));
  }
  const bool whole = record_.size() == sizeof header + padded(entry.bytes);
  if (whole) std::memcpy(&header, record_.data(), sizeof header);
  const auto payload = std::span<const std::byte>(record_).subspan(whole ? sizeof header : 0);
  if (!whole || !is_sound(header) || header.tile != entry.tile || header.input != entry.input ||
      header.bytes != entry.bytes || header.payload_crc != entry.payload_crc ||
      crc32c(payload) != header.payload_crc) {
    tell(fmt::format("tile {} at byte {} does not fit its checksum", entry.tile, entry.offset));
    return std::nullopt;
  }
  return payload.first(entry.bytes);
}

void SegmentReader::verify() {
  if (!header_fits()) return;
  std::optional<std::vector<IndexEntry>> listed;
  std::uint64_t end = size_;
  if (sealed_) {
    listed = index();
    if (listed) end = size_ - sizeof(SegmentTrailer) - listed->size() * sizeof(IndexEntry);
  }
  const std::vector<IndexEntry> found = walk(end);
  if (listed && *listed != found) tell("its index lists other tiles than it holds");
  for (const IndexEntry& entry : found) static_cast<void>(payload(entry));
}

}  // namespace shoal
