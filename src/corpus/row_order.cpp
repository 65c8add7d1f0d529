// One sort over all ranks settles the order; counts then go to the ranks that have parts of it, and first
// rows come back. Ids meet at their hash owner.
#include "row_order.hpp"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "shoal/comm/objects.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/comm/sample_sort.hpp"

namespace shoal {
namespace {

using Counts = std::vector<std::int64_t>;

/// What decides where a unit stands, and whose it is.
struct UnitKey {
  std::string relative;
  std::string digest;
  std::int64_t number = 0;
  std::int64_t offset = 0;
  int reader = 0;
  std::int64_t unit = 0;  ///< among those of its reader

  // Files of one relative path and one content are copies: which comes first cannot show in any result.
  friend bool operator<(const UnitKey& a, const UnitKey& b) {
    return std::tie(a.relative, a.digest, a.number) < std::tie(b.relative, b.digest, b.number);
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& relative& digest& number& offset& reader& unit;
  }
};

std::vector<UnitKey> keys_of(const Communicator& comm, const std::vector<UnitSummary*>& units) {
  std::vector<UnitKey> keys;
  keys.reserve(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const UnitSummary& unit = *units[i];
    keys.push_back(
        {unit.relative, unit.digest, unit.number, unit.offset, comm.rank(), static_cast<std::int64_t>(i)});
  }
  return keys;
}

/// outgoing[r] goes to rank r; returns what came, by sender.
std::vector<Counts> exchange_counts(Communicator& comm, const std::vector<Counts>& outgoing) {
  std::vector<Bytes> packed;
  for (const Counts& part : outgoing) packed.push_back(bytes_of(part));
  std::vector<Counts> incoming;
  for (const Bytes& part : comm.all_to_all(std::move(packed)))
    incoming.push_back(values_of<std::int64_t>(part));
  return incoming;
}

/// As much of the ranks' texts as rank 0 holds at a time, in bytes.
constexpr std::size_t kHashedAtOnce = std::size_t{1} << 20;

/// SHA-256 of the ranks' texts, one behind the other. Rank 0 gets them piece by piece. Collective.
Digest digest_by_rank(Communicator& comm, std::string_view mine) {
  std::vector<std::int64_t> bytes(static_cast<std::size_t>(comm.size()));
  bytes[static_cast<std::size_t>(comm.rank())] = std::ssize(mine);
  comm.allreduce_sum(bytes);
  Sha256 all;
  for (std::size_t rank = 0; rank < bytes.size(); ++rank) {
    for (std::size_t begin = 0; begin < static_cast<std::size_t>(bytes[rank]); begin += kHashedAtOnce) {
      const bool is_mine = rank == static_cast<std::size_t>(comm.rank());
      const std::string_view piece = is_mine ? mine.substr(begin, kHashedAtOnce) : std::string_view();
      for (const Bytes& part : comm.gather(std::as_bytes(std::span(piece)), 0)) all.update(part);
    }
  }
  Digest digest = all.finish();
  comm.broadcast(std::as_writable_bytes(std::span(digest)), 0);
  return digest;
}

}  // namespace

RowOrder::RowOrder(Communicator& comm, const std::vector<UnitSummary*>& units) {
  const std::vector<UnitKey> sorted = sample_sort(comm, keys_of(comm, units));
  std::vector<Counts> to_readers(static_cast<std::size_t>(comm.size()));
  std::string files;
  reader_.reserve(sorted.size());
  for (const UnitKey& key : sorted) {
    reader_.push_back(key.reader);
    to_readers[static_cast<std::size_t>(key.reader)].push_back(key.unit);
    if (key.offset > 0) continue;  // a later range of a file that is described already
    files.append(key.digest).append("\n").append(key.relative).append("\n");
  }
  placed_ = exchange_counts(comm, to_readers);
  digest_ = digest_by_rank(comm, files);
}

std::vector<std::int64_t> RowOrder::first_rows(Communicator& comm,
                                               const std::vector<std::int64_t>& rows) const {
  std::vector<Counts> to_places(placed_.size());
  for (std::size_t rank = 0; rank < placed_.size(); ++rank) {
    for (const std::int64_t unit : placed_[rank])
      to_places[rank].push_back(rows[static_cast<std::size_t>(unit)]);
  }
  std::vector<Counts> by_reader = exchange_counts(comm, to_places);
  std::int64_t in_part = 0;
  for (const Counts& counts : by_reader) in_part = std::accumulate(counts.begin(), counts.end(), in_part);
  std::int64_t next_row = comm.exclusive_sum(in_part);
  std::vector<std::size_t> next_of(by_reader.size());
  for (const int reader : reader_) {
    const auto of = static_cast<std::size_t>(reader);
    std::int64_t& count = by_reader[of][next_of[of]++];
    next_row += std::exchange(count, next_row);
  }
  const std::vector<Counts> by_place = exchange_counts(comm, by_reader);
  std::vector<std::int64_t> first(rows.size());
  for (std::size_t rank = 0; rank < placed_.size(); ++rank) {
    for (std::size_t i = 0; i < placed_[rank].size(); ++i)
      first[static_cast<std::size_t>(placed_[rank][i])] = by_place[rank][i];
  }
  return first;
}

std::vector<bool> first_with_id(Communicator& comm, const std::vector<std::string>& ids,
                                const std::vector<RowClaim>& claimed) {
  using Claim = std::pair<std::string, RowClaim>;
  const auto owners = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<Claim>> claims(owners);
  std::vector<std::vector<std::size_t>> asked(owners);  // my position of each claim
  for (std::size_t i = 0; i < ids.size(); ++i) {
    const std::size_t owner = hash_bits(ids[i]) % owners;
    claims[owner].emplace_back(ids[i], claimed[i]);
    asked[owner].push_back(i);
  }
  const auto received = all_to_all_objects(comm, std::move(claims));
  std::unordered_map<std::string_view, RowClaim> first_of;
  for (const auto& part : received) {
    for (const auto& [id, row] : part) {
      const auto [entry, fresh] = first_of.emplace(id, row);
      if (!fresh && row.outdoes(entry->second)) entry->second = row;
    }
  }
  std::vector<std::vector<char>> answers(owners);
  for (std::size_t r = 0; r < owners; ++r) {
    for (const auto& [id, row] : received[r]) answers[r].push_back(first_of.at(id) == row ? 1 : 0);
  }
  const auto verdicts = all_to_all_objects(comm, std::move(answers));
  std::vector<bool> first(ids.size());
  for (std::size_t r = 0; r < owners; ++r) {
    for (std::size_t j = 0; j < asked[r].size(); ++j) first[asked[r][j]] = verdicts[r][j] != 0;
  }
  return first;
}

}  // namespace shoal
