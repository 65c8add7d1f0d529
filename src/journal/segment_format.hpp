// The bytes of a journal segment. Every byte is under a checksum:
//   header (64) | record header (64), payload, zeros up to a multiple of 8 | ... | index, trailer (24)
// The index and the trailer stand in sealed segments only.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "shoal/base/crc32c.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/journal/tile_journal.hpp"

namespace shoal {

struct SegmentHeader {
  static constexpr std::uint64_t kMagic = 0x0a314a4c414f4853;  // "SHOALJ1\n"
  std::uint64_t magic = kMagic;
  std::uint32_t version = 1;
  std::uint32_t zero = 0;
  Digest key{};
  std::array<std::uint32_t, 3> zeros{};
  std::uint32_t crc = 0;  ///< of all before it
};
static_assert(sizeof(SegmentHeader) == 64);

struct RecordHeader {
  static constexpr std::uint64_t kMagic = 0x454c4954204c4853;  // "SHL TILE"
  std::uint64_t magic = kMagic;
  std::int64_t tile = 0;
  TileInput input{};
  std::array<std::int64_t, 2> shape{};
  std::uint64_t bytes = 0;        ///< of the payload, without the zeros behind it
  std::uint32_t payload_crc = 0;  ///< with the zeros behind it
  std::uint32_t crc = 0;          ///< of all before it
};
static_assert(sizeof(RecordHeader) == 64);

struct IndexEntry {
  std::int64_t tile = 0;
  TileInput input{};
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  std::uint32_t payload_crc = 0;
  std::uint32_t zero = 0;
  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};
static_assert(sizeof(IndexEntry) == 48);

struct SegmentTrailer {
  static constexpr std::uint64_t kMagic = 0x58444e49204c4853;  // "SHL INDX"
  std::uint64_t magic = kMagic;
  std::uint64_t index_offset = 0;  ///< the index ends where the trailer begins
  std::uint32_t index_crc = 0;
  std::uint32_t crc = 0;  ///< of all before it
};
static_assert(sizeof(SegmentTrailer) == 24);

/// CRC32C of a struct's bytes before its last member, which is its crc.
template <class Part>
std::uint32_t crc_of_part(const Part& part) {
  return crc32c(std::as_bytes(std::span(&part, 1)).first(sizeof(Part) - sizeof(std::uint32_t)));
}

/// Whether magic and checksum fit.
template <class Part>
bool is_sound(const Part& part) {
  return part.magic == Part::kMagic && part.crc == crc_of_part(part);
}

/// Payload and the zeros behind it.
inline std::uint64_t padded(std::uint64_t bytes) { return (bytes + 7) / 8 * 8; }

inline constexpr const char* kOpenSuffix = ".open";
inline constexpr const char* kSealedSuffix = ".tiles";

}  // namespace shoal
