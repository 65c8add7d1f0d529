// What is told of a range is little: its counts, and the digests of its pieces.
#include "file_ranges.hpp"

#include <string>
#include <utility>

#include "ranges_by_file.hpp"

namespace shoal {
namespace {

struct ReadRange {
  std::int64_t records = 0;
  std::int64_t quarantine_rows = 0;
  PieceDigests pieces;
  bool unreadable = false;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& records& quarantine_rows& pieces& unreadable;
  }
};

/// What a range is told.
struct JoinedRange {
  std::string digest;  ///< of its file
  PlaceInFile place;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& digest& place.records_before& place.rows_before;
  }
};

using FileRanges = std::vector<AskedRange<ReadRange, JoinedRange>>;

/// The digest of a file that was read in ranges; empty if one could not be read.
std::string digest_of_ranges(const FileRanges& ranges) {
  Sha256 pieces;
  for (const auto& asked : ranges) {
    if (asked.range->told.unreadable) return {};
    pieces.update(asked.range->told.pieces);
  }
  return to_hex(pieces.finish());
}

void join(const FileRanges& ranges) {
  const std::string digest = digest_of_ranges(ranges);
  PlaceInFile next;
  for (const auto& [range, answer] : ranges) {
    *answer = {digest, next};
    next.records_before += range->told.records;
    next.rows_before += range->told.quarantine_rows;
  }
}

}  // namespace

std::vector<PlaceInFile> join_ranges(Communicator& comm, const std::vector<Unit>& units,
                                     const std::vector<UnitSummary*>& read) {
  const auto tell = [&](std::size_t unit) {
    UnitSummary& summary = *read[unit];
    return ReadRange{summary.records, summary.quarantine_rows, std::exchange(summary.pieces, {}),
                     summary.unreadable};
  };
  auto answers = ask_of_files<JoinedRange>(comm, units, is_range, tell, join);
  std::vector<PlaceInFile> places(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!is_range(units[i])) continue;
    read[i]->digest = std::move(answers[i].digest);
    places[i] = answers[i].place;
  }
  return places;
}

}  // namespace shoal
