// Ranges meet at the hash owner of their file, whatever ranks have read them.
#include "file_ranges.hpp"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "read_unit.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

/// What the others of a file need to know of a range.
struct RangeOfFile {
  std::string path;
  std::int64_t offset = 0;
  std::int64_t records = 0;
  std::int64_t quarantine_rows = 0;
  PieceDigests pieces;
  bool unreadable = false;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path& offset& records& quarantine_rows& pieces& unreadable;
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

/// A range, and where its answer belongs.
struct AskedRange {
  const RangeOfFile* range;
  JoinedRange* answer;
};

/// The digest of a file that was read in ranges; empty if one could not be read.
std::string digest_of_ranges(const std::vector<AskedRange>& ranges) {
  Sha256 pieces;
  for (const AskedRange& asked : ranges) {
    if (asked.range->unreadable) return {};
    pieces.update(asked.range->pieces);
  }
  return to_hex(pieces.finish());
}

/// ranges: all of one file.
void join(std::vector<AskedRange>& ranges) {
  std::ranges::sort(ranges, {}, [](const AskedRange& asked) { return asked.range->offset; });
  const std::string digest = digest_of_ranges(ranges);
  PlaceInFile next;
  for (const auto& [range, answer] : ranges) {
    *answer = {digest, next};
    next.records_before += range->records;
    next.rows_before += range->quarantine_rows;
  }
}

/// by_reader: the ranges that each rank has read. Returns the answers in the same order.
std::vector<std::vector<JoinedRange>> joined(const std::vector<std::vector<RangeOfFile>>& by_reader) {
  std::vector<std::vector<JoinedRange>> answers;
  std::map<std::string_view, std::vector<AskedRange>> files;
  for (const auto& ranges : by_reader) {
    auto& of_reader = answers.emplace_back(ranges.size());
    for (std::size_t i = 0; i < ranges.size(); ++i)
      files[ranges[i].path].push_back({&ranges[i], &of_reader[i]});
  }
  for (auto& [path, ranges] : files) join(ranges);
  return answers;
}

}  // namespace

std::vector<PlaceInFile> join_ranges(Communicator& comm, const std::vector<Unit>& units,
                                     const std::vector<UnitSummary*>& read) {
  const auto owners = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<RangeOfFile>> asked(owners);
  std::vector<std::vector<std::size_t>> asking(owners);  // the unit of each that is asked
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!is_range(units[i])) continue;
    UnitSummary& unit = *read[i];
    const std::size_t owner = hash_bits(units[i].path) % owners;
    asked[owner].push_back({units[i].path, unit.offset, unit.records, unit.quarantine_rows,
                            std::exchange(unit.pieces, {}), unit.unreadable});
    asking[owner].push_back(i);
  }
  auto answers = all_to_all_objects(comm, joined(all_to_all_objects(comm, std::move(asked))));
  std::vector<PlaceInFile> places(units.size());
  for (std::size_t owner = 0; owner < owners; ++owner) {
    for (std::size_t i = 0; i < asking[owner].size(); ++i) {
      const std::size_t unit = asking[owner][i];
      read[unit]->digest = std::move(answers[owner][i].digest);
      places[unit] = answers[owner][i].place;
    }
  }
  return places;
}

}  // namespace shoal
