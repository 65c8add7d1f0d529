// Finished tiles on disk: each rank appends to segments of its own, and any number of ranks read all of them.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/journal/fence.hpp"

namespace shoal {

/// What a tile was computed from: the beginning of a digest.
using TileInput = std::array<std::uint8_t, 16>;

/// Where a finished tile lies.
struct TilePlace {
  std::int64_t tile = 0;
  TileInput input{};
  std::uint64_t offset = 0;  ///< of its record in the segment
  std::uint64_t bytes = 0;   ///< of its payload
  std::int32_t segment = 0;  ///< index into JournalSegments::names()
  std::uint32_t crc = 0;     ///< CRC32C of its payload
};

struct JournalSettings {
  std::uint64_t segment_bytes = std::uint64_t{256} << 20;  ///< a segment is sealed when it is larger
  std::chrono::milliseconds sync_every{10000};             ///< what the death of the machine may cost
  Fence* fence = nullptr;                                  ///< of the run that writes; null: it has none
};

/// Appends the finished tiles of one stage and rank. Any thread may call its methods.
class TileWriter {
 public:
  /// folder: of the stage; made with the first tile.
  TileWriter(std::filesystem::path folder, const Digest& key, int rank, JournalSettings settings);
  /// Ends the thread that syncs. What was not sealed is a valid journal, too.
  ~TileWriter();
  TileWriter(const TileWriter&) = delete;
  TileWriter& operator=(const TileWriter&) = delete;

  /// When it returns the tile survives the death of this process, and within sync_every that of the machine.
  /// shape: of what the payload holds, for readers of the file. Throws FailureError or ResourceError, also
  /// for an earlier sync that failed, or where the folder is another run's by now.
  void append(std::int64_t tile, const TileInput& input, std::array<std::int64_t, 2> shape,
              std::span<const std::byte> payload);
  /// Ends the segment in work with an index, syncs it and gives it its final name.
  void seal();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The segments in a stage's folder as they were when it was looked at, whichever run and rank wrote them.
/// What a run that was taken for dead still appends to them, or that it seals them, changes nothing of what
/// was found.
class JournalSegments {
 public:
  /// names: from list(), the same for all ranks: file systems may show them different things.
  JournalSegments(std::filesystem::path folder, const Digest& key, std::vector<std::string> names);
  /// The names of a folder's segments, sorted. A folder that is missing is empty.
  static std::vector<std::string> list(const std::filesystem::path& folder);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  /// The tiles of a segment, from its index where it has one, else record by record. A record that is cut off
  /// at the end of an unsealed segment was in work when its run was killed, and is left out. Anything else
  /// that does not fit is damage: a sentence each, and the rest of the segment stands. Payloads are not read.
  [[nodiscard]] std::vector<TilePlace> read_index(std::int32_t segment,
                                                  std::vector<std::string>& damage) const;
  /// Reads every byte of a segment; a sentence for all that does not fit.
  [[nodiscard]] std::vector<std::string> verify(std::int32_t segment) const;

 private:
  friend class TileReader;

  std::filesystem::path folder_;
  Digest key_;
  std::vector<std::string> names_;  ///< sorted
};

/// Which places to read one after the other: those of a segment together, by rising offset. A TileReader for
/// each of the lists opens each segment once.
std::vector<std::vector<std::size_t>> by_segment(std::span<const TilePlace> places);

/// Reads tiles, and keeps the segment of the last one open. For one thread.
class TileReader {
 public:
  /// segments: outlives the reader.
  explicit TileReader(const JournalSegments& segments);
  ~TileReader();
  TileReader(const TileReader&) = delete;
  TileReader& operator=(const TileReader&) = delete;

  /// A tile's payload, until the next call; nothing, and a sentence, where its record or checksum does not
  /// fit. Throws UnavailableError.
  [[nodiscard]] std::optional<std::span<const std::byte>> read(const TilePlace& place,
                                                               std::vector<std::string>& damage);

 private:
  const JournalSegments& segments_;
  std::int32_t segment_ = -1;  ///< of the one that is open
  std::unique_ptr<class SegmentReader> open_;
};

}  // namespace shoal
