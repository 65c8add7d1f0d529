// Records claim their post by its id at the id's hash owner.
#include "merging.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace shoal {
namespace {

/// What is claimed by all rows of this rank's units.
class Claims {
 public:
  void add(const std::string& id, std::int64_t precedence, std::int64_t row) {
    ids_.push_back(id);
    claims_.push_back({precedence, row});
  }
  /// Whether each stays, in the order in which they were added. Collective.
  [[nodiscard]] std::vector<bool> settle(Communicator& comm) const {
    return first_with_id(comm, ids_, claims_);
  }

 private:
  std::vector<std::string> ids_;
  std::vector<RowClaim> claims_;
};

void add_posts(const ParsedUnit& unit, std::int64_t row, Claims& claims) {
  // Refused posts have their places between the others.
  std::size_t refused = 0;
  std::vector<std::int64_t> rows_of_refused;
  for (std::size_t i = 0; i < unit.posts.size(); ++i) {
    for (; refused < unit.refused.size() && unit.refused[refused].record < unit.records[i]; ++refused)
      rows_of_refused.push_back(row++);
    claims.add(unit.posts[i].id, precedence(unit.posts[i]), row++);
  }
  while (rows_of_refused.size() < unit.refused.size()) rows_of_refused.push_back(row++);
  for (std::size_t i = 0; i < unit.refused.size(); ++i)
    claims.add(unit.refused[i].id, unit.refused[i].precedence, rows_of_refused[i]);
}

/// A record that was left out for a rule, and is none of the post's that counts.
void count_as_merged(const RefusedPost& post, ParsedUnit& unit) {
  const auto of_rule = unit.filtered_by.find(std::string(post.rule));
  if (--of_rule->second == 0) unit.filtered_by.erase(of_rule);
}

}  // namespace

std::int64_t precedence(const Post& post) {
  // A record of which a part was collected is below any whole one.
  constexpr std::int64_t kBelowAnyWholeOne = std::int64_t{1} << 60;
  return post.likes.missing == Missing::partial ? post.collected_at - kBelowAnyWholeOne : post.collected_at;
}

std::int64_t merge_posts(Communicator& comm, const RowOrder& order, std::vector<ParsedUnit>& parsed) {
  std::vector<std::int64_t> rows;
  for (const ParsedUnit& unit : parsed) rows.push_back(std::ssize(unit.posts) + std::ssize(unit.refused));
  const std::vector<std::int64_t> first = order.first_rows(comm, rows);
  Claims claims;
  for (std::size_t i = 0; i < parsed.size(); ++i) add_posts(parsed[i], first[i], claims);
  const std::vector<bool> stays = claims.settle(comm);
  std::size_t next = 0;
  for (ParsedUnit& unit : parsed) {
    std::erase_if(unit.posts, [&](const Post&) { return !stays[next++]; });
    unit.summary.posts = std::ssize(unit.posts);
    for (const RefusedPost& post : unit.refused) {
      if (!stays[next++]) count_as_merged(post, unit);
    }
  }
  return std::ranges::count(stays, false);
}

void merge_accounts(Communicator& comm, const RowOrder& order, std::vector<ParsedUnit>& parsed) {
  std::vector<std::int64_t> rows;
  for (const ParsedUnit& unit : parsed) rows.push_back(std::ssize(unit.accounts));
  const std::vector<std::int64_t> first = order.first_rows(comm, rows);
  Claims claims;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    std::int64_t row = first[i];
    for (const Account& account : parsed[i].accounts)
      claims.add(account.key, account.has_counts() ? 1 : 0, row++);
  }
  const std::vector<bool> stays = claims.settle(comm);
  std::size_t next = 0;
  for (ParsedUnit& unit : parsed) {
    std::erase_if(unit.accounts, [&](const Account&) { return !stays[next++]; });
    unit.summary.accounts = std::ssize(unit.accounts);
  }
}

}  // namespace shoal
