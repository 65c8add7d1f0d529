// Each rank tells its own rows apart, then hash owners tell those of all ranks apart.
#include "shoal/cluster/distinct_rows.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kRowsAtOnce = 256;

using RowDigest = std::pair<std::uint64_t, std::uint64_t>;

RowDigest first_128_bits(const Digest& digest) {
  RowDigest bits;
  for (std::size_t i = 0; i < 8; ++i) {
    bits.first = bits.first << 8 | digest[i];
    bits.second = bits.second << 8 | digest[i + 8];
  }
  return bits;
}

/// -0 and 0 are one number.
void add_values(Sha256& hash, std::span<const float> values, std::vector<float>& room) {
  room.assign(values.begin(), values.end());
  for (float& value : room) value += 0.0F;
  hash.update(std::as_bytes(std::span<const float>(room)));
}

/// digests: of this rank's distinct rows. most: ranks with as many suffice.
std::int64_t count_of_all(Communicator& comm, const std::set<RowDigest>& digests, std::int64_t most) {
  std::vector<std::vector<RowDigest>> outgoing(static_cast<std::size_t>(comm.size()));
  for (const RowDigest& digest : digests) outgoing[digest.first % outgoing.size()].push_back(digest);
  std::set<RowDigest> owned;
  for (const auto& part : all_to_all_objects(comm, std::move(outgoing)))
    owned.insert(part.begin(), part.end());
  return std::min(comm.sum(std::ssize(owned)), most);
}

/// digest_of(rows, i): of row i of a few; nothing where it does not count.
template <class Source, class DigestOf>
std::int64_t count_rows(Communicator& comm, const Source& rows, std::int64_t most,
                        const DigestOf& digest_of) {
  std::set<RowDigest> digests;
  const std::int64_t all = rows.range().size();
  for (std::int64_t first = 0; first < all && std::ssize(digests) < most; first += kRowsAtOnce) {
    const std::int64_t count = std::min(kRowsAtOnce, all - first);
    const auto some = rows.rows(first, count);
    for (std::int64_t i = 0; i < count && std::ssize(digests) < most; ++i) {
      if (const auto digest = digest_of(some, i)) digests.insert(first_128_bits(*digest));
    }
  }
  return count_of_all(comm, digests, most);
}

}  // namespace

std::int64_t count_distinct_rows(Communicator& comm, const DenseRowSource& rows, std::int64_t most) {
  std::vector<float> room;
  return count_rows(comm, rows, most, [&](const DenseView& some, std::int64_t i) -> std::optional<Digest> {
    Sha256 hash;
    add_values(hash, some.row(i), room);
    return hash.finish();
  });
}

std::int64_t count_distinct_rows(Communicator& comm, const SparseRowSource& rows, std::int64_t most) {
  std::vector<float> room;
  return count_rows(comm, rows, most, [&](const CsrView& some, std::int64_t i) -> std::optional<Digest> {
    const SparseRow row = some.row(i);
    if (row.columns.empty()) return std::nullopt;
    Sha256 hash;
    hash.update(std::as_bytes(row.columns));
    add_values(hash, row.values, room);
    return hash.finish();
  });
}

}  // namespace shoal
