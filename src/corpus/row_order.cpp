// Unit summaries are small and go everywhere; ids meet at their hash owner.
#include "row_order.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_map>

#include "shoal/comm/objects.hpp"

namespace boost::serialization {
template <class Archive>
void serialize(Archive& archive, shoal::UnitSummary& unit, unsigned) {
  archive& unit.relative& unit.digest& unit.number& unit.offset& unit.bytes& unit.posts& unit.accounts;
  archive& unit.records& unit.quarantine_rows& unit.pieces& unit.unreadable;
}
}  // namespace boost::serialization

namespace shoal {
namespace {

std::vector<UnitSummary> all_by_number(Communicator& comm, const std::vector<UnitSummary>& mine) {
  std::vector<UnitSummary> all;
  for (auto& part : all_gather_objects(comm, mine))
    std::move(part.begin(), part.end(), std::back_inserter(all));
  std::sort(all.begin(), all.end(),
            [](const UnitSummary& a, const UnitSummary& b) { return a.number < b.number; });
  return all;
}

/// The digest of a file that was read in ranges; empty if one could not be read.
std::string digest_of_ranges(std::span<const UnitSummary> ranges) {
  PieceDigests pieces;
  for (const UnitSummary& range : ranges) {
    if (range.unreadable) return {};
    pieces += range.pieces;
  }
  return to_hex(sha256(pieces));
}

/// units: of one file, by offset. Sets their digests and places.
void join_ranges(std::span<UnitSummary> units, std::vector<PlaceInFile>& place) {
  if (units.size() == 1) return;
  const std::string digest = digest_of_ranges(units);
  PlaceInFile next;
  for (UnitSummary& range : units) {
    range.digest = digest;
    range.pieces = {};
    place[static_cast<std::size_t>(range.number)] = next;
    next.records_before += range.records;
    next.rows_before += range.quarantine_rows;
  }
}

}  // namespace

FileOrder agree_on_order(Communicator& comm, const std::vector<UnitSummary>& mine) {
  FileOrder order;
  order.units = all_by_number(comm, mine);
  order.place.resize(order.units.size());
  for (auto begin = order.units.begin(); begin != order.units.end();) {
    const auto end =
        std::find_if(begin + 1, order.units.end(), [](const UnitSummary& unit) { return unit.offset == 0; });
    join_ranges({begin, end}, order.place);
    begin = end;
  }
  // Files of one relative path and one content are copies: which comes first cannot show in any result.
  std::sort(order.units.begin(), order.units.end(), [](const UnitSummary& a, const UnitSummary& b) {
    return std::tie(a.relative, a.digest, a.number) < std::tie(b.relative, b.digest, b.number);
  });
  return order;
}

void recount_rows(Communicator& comm, const std::vector<UnitSummary>& mine, FileOrder& order) {
  std::vector<std::int64_t> counts(2 * order.units.size());
  for (const UnitSummary& unit : mine) {
    counts[2 * static_cast<std::size_t>(unit.number)] = unit.posts;
    counts[2 * static_cast<std::size_t>(unit.number) + 1] = unit.accounts;
  }
  comm.allreduce_sum(counts);
  for (UnitSummary& unit : order.units) {
    unit.posts = counts[2 * static_cast<std::size_t>(unit.number)];
    unit.accounts = counts[2 * static_cast<std::size_t>(unit.number) + 1];
  }
}

std::vector<std::int64_t> first_rows(const FileOrder& order, std::int64_t UnitSummary::*count) {
  std::vector<std::int64_t> first(order.units.size());
  std::int64_t next = 0;
  for (const UnitSummary& unit : order.units) {
    first[static_cast<std::size_t>(unit.number)] = next;
    next += unit.*count;
  }
  return first;
}

std::int64_t rows_of(const FileOrder& order, std::int64_t UnitSummary::*count) {
  std::int64_t rows = 0;
  for (const UnitSummary& unit : order.units) rows += unit.*count;
  return rows;
}

std::vector<bool> first_with_id(Communicator& comm, const std::vector<std::string>& ids,
                                const std::vector<std::int64_t>& rows) {
  using Claim = std::pair<std::string, std::int64_t>;
  const auto owners = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<Claim>> claims(owners);
  std::vector<std::vector<std::size_t>> asked(owners);  // my position of each claim
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::size_t owner = hash_bits(ids[i]) % owners;
    claims[owner].emplace_back(ids[i], rows[i]);
    asked[owner].push_back(i);
  }
  const auto received = all_to_all_objects(comm, std::move(claims));
  std::unordered_map<std::string_view, std::int64_t> lowest;
  for (const auto& part : received) {
    for (const auto& [id, row] : part) {
      const auto [entry, fresh] = lowest.emplace(id, row);
      if (!fresh) entry->second = std::min(entry->second, row);
    }
  }
  std::vector<std::vector<char>> answers(owners);
  for (std::size_t r = 0; r < owners; ++r) {
    for (const auto& [id, row] : received[r]) answers[r].push_back(lowest.at(id) == row ? 1 : 0);
  }
  const auto verdicts = all_to_all_objects(comm, std::move(answers));
  std::vector<bool> first(ids.size());
  for (std::size_t r = 0; r < owners; ++r) {
    for (std::size_t j = 0; j < asked[r].size(); ++j) first[asked[r][j]] = verdicts[r][j] != 0;
  }
  return first;
}

}  // namespace shoal
