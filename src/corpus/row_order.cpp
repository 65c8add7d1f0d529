// Unit summaries are small and go everywhere; ids meet at their hash owner.
#include "row_order.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "shoal/comm/objects.hpp"

namespace boost::serialization {
template <class Archive>
void serialize(Archive& archive, shoal::UnitSummary& unit, unsigned) {
  archive& unit.relative& unit.digest& unit.number& unit.bytes& unit.posts;
}
}  // namespace boost::serialization

namespace shoal {

std::vector<UnitSummary> summaries_in_row_order(Communicator& comm, const std::vector<UnitSummary>& mine) {
  std::vector<UnitSummary> all;
  for (auto& part : all_gather_objects(comm, mine))
    std::move(part.begin(), part.end(), std::back_inserter(all));
  // Files of one relative path and one content are copies: which comes first cannot show in any result.
  std::sort(all.begin(), all.end(), [](const UnitSummary& a, const UnitSummary& b) {
    return std::tie(a.relative, a.digest, a.number) < std::tie(b.relative, b.digest, b.number);
  });
  return all;
}

std::vector<std::int64_t> first_rows(const std::vector<UnitSummary>& in_row_order) {
  std::vector<std::int64_t> first(in_row_order.size());
  std::int64_t next = 0;
  for (const UnitSummary& unit : in_row_order) {
    first[static_cast<std::size_t>(unit.number)] = next;
    next += unit.posts;
  }
  return first;
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
