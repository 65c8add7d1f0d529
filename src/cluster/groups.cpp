// Exact means by group, then choices that every rank makes alike.
#include "shoal/cluster/groups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "shoal/comm/exact_sums.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

constexpr std::size_t kTagsInName = 3;

std::vector<LeadingColumn> largest(std::vector<LeadingColumn> columns, std::size_t count) {
  const std::size_t kept = std::min(count, columns.size());
  std::partial_sort(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(kept), columns.end(),
                    [](const LeadingColumn& a, const LeadingColumn& b) {
                      return a.mean != b.mean ? a.mean > b.mean : a.column < b.column;
                    });
  columns.resize(kept);
  return columns;
}

/// An item of a group and how far it is.
struct NearItem {
  std::int64_t group;
  double distance;
  std::int64_t place;
  std::int64_t item;
  friend auto operator<=>(const NearItem&, const NearItem&) = default;
};

/// What all ranks learn of it.
struct GroupItem {
  std::int64_t group;
  std::int64_t item;
};

/// The items of the groups that this rank chooses for, of all ranks, in order: were they sent to every rank,
/// each would hold as many as all have.
std::vector<NearItem> at_group_owners(Communicator& comm, const std::vector<NearItem>& mine) {
  std::vector<std::vector<NearItem>> outgoing(static_cast<std::size_t>(comm.size()));
  for (const NearItem& near : mine)
    outgoing[static_cast<std::size_t>(near.group % comm.size())].push_back(near);
  std::vector<Bytes> packed;
  for (const auto& part : outgoing) packed.push_back(bytes_of(part));
  std::vector<NearItem> all;
  for (const Bytes& part : comm.all_to_all(std::move(packed))) {
    const std::vector<NearItem> theirs = values_of<NearItem>(part);
    all.insert(all.end(), theirs.begin(), theirs.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

/// The first `count` distinct items of each group, of items in order.
std::vector<NearItem> first_of_each(const std::vector<NearItem>& sorted, std::size_t count) {
  std::vector<NearItem> first;
  std::set<std::int64_t> taken;
  std::int64_t group = -1;
  for (const NearItem& near : sorted) {
    if (near.group != group) taken.clear();
    group = near.group;
    if (taken.size() < count && taken.insert(near.item).second) first.push_back(near);
  }
  return first;
}

}  // namespace

std::vector<std::vector<LeadingColumn>> leading_columns(Communicator& comm, ArrayOperations& arrays,
                                                        const CsrView& rows,
                                                        std::span<const std::int32_t> labels, std::int64_t k,
                                                        std::size_t count) {
  double largest_value = 0.0;
  for (const float value : rows.values)
    largest_value = std::max(largest_value, std::abs(static_cast<double>(value)));
  const FixedPoint scale = agree_on_scale(comm, largest_value, comm.sum(rows.rows()));
  const auto columns = static_cast<std::size_t>(rows.columns);
  const std::size_t numbers = static_cast<std::size_t>(k) * columns;
  std::vector<std::int64_t> totals(numbers + static_cast<std::size_t>(k));
  arrays.add_by_label(rows, labels, scale, std::span(totals).first(numbers));
  for (const std::int32_t label : labels) {
    if (label >= 0) ++totals[numbers + static_cast<std::size_t>(label)];
  }
  comm.allreduce_sum(totals);
  std::vector<std::vector<LeadingColumn>> leading;
  for (std::size_t group = 0; group < static_cast<std::size_t>(k); ++group) {
    std::vector<LeadingColumn> present;
    const double members = static_cast<double>(totals[numbers + group]);
    for (std::size_t c = 0; c < columns; ++c) {
      const std::int64_t sum = totals[group * columns + c];
      if (sum > 0) present.push_back({static_cast<std::int32_t>(c), scale.decode(sum) / members});
    }
    leading.push_back(largest(std::move(present), count));
  }
  return leading;
}

std::vector<std::string> group_names(const std::vector<std::vector<std::string>>& names_of_columns) {
  std::vector<std::string> names;
  std::set<std::string> taken;
  std::map<std::string, int> next_number;  // of names that occur again: the lower ones are taken
  for (std::size_t group = 0; group < names_of_columns.size(); ++group) {
    const std::vector<std::string>& leading = names_of_columns[group];
    std::string name;
    for (std::size_t i = 0; i < std::min(kTagsInName, leading.size()); ++i) {
      name += (i == 0 ? "" : "_") + leading[i];
    }
    if (name.empty()) name = fmt::format("group_{}", group + 1);
    std::string unique = name;
    int& number = next_number.try_emplace(name, 2).first->second;
    while (!taken.insert(unique).second) unique = fmt::format("{}_{}", name, number++);
    names.push_back(std::move(unique));
  }
  return names;
}

std::vector<std::vector<std::int64_t>> nearest_items(Communicator& comm, std::span<const std::int32_t> labels,
                                                     std::span<const double> distances,
                                                     std::span<const ShownItem> items, std::int64_t k,
                                                     std::size_t count) {
  std::vector<NearItem> mine;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] < 0 || items[i].item < 0) continue;
    mine.push_back({labels[i], distances[i], items[i].place, items[i].item});
  }
  std::sort(mine.begin(), mine.end());
  mine = first_of_each(mine, count);
  std::vector<GroupItem> chosen;
  for (const NearItem& near : first_of_each(at_group_owners(comm, mine), count)) {
    chosen.push_back({near.group, near.item});
  }
  std::vector<std::vector<std::int64_t>> nearest(static_cast<std::size_t>(k));
  for (const Bytes& part : comm.all_gather(std::as_bytes(std::span(chosen)))) {
    for (const GroupItem& of : values_of<GroupItem>(part)) {
      nearest[static_cast<std::size_t>(of.group)].push_back(of.item);
    }
  }
  return nearest;
}

}  // namespace shoal
