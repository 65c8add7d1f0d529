// Accounts and those who ask for them meet at the hash owners of their keys.
#include "account_filter.hpp"

#include <algorithm>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

using Keys = std::vector<std::string>;
using Verdicts = std::unordered_map<std::string, std::string>;

/// The rule that leaves out the posts of an account; empty for one that stays.
std::string refusal(const KeepRule& keep, const Account& account) {
  if (!keep.followers.holds(account.followers)) return "followers";
  return keep.followees.holds(account.followees) ? "" : "followees";
}

/// What becomes of the posts of accounts that no record tells of.
std::string refusal_of_unknown(const KeepRule& keep) { return refusal(keep, Account{}); }

/// By rank.
template <class T>
std::vector<std::vector<T>> parts(Communicator& comm) {
  return std::vector<std::vector<T>>(static_cast<std::size_t>(comm.size()));
}

/// The verdicts on the accounts that this rank owns by hash. Collective.
Verdicts verdicts_at_owners(Communicator& comm, const KeepRule& keep, const std::vector<ParsedUnit>& parsed) {
  auto told = parts<std::pair<std::string, std::string>>(comm);
  for (const ParsedUnit& unit : parsed) {
    for (const Account& account : unit.accounts)
      told[hash_bits(account.key) % told.size()].emplace_back(account.key, refusal(keep, account));
  }
  Verdicts verdicts;
  for (auto& part : all_to_all_objects(comm, std::move(told))) verdicts.insert(part.begin(), part.end());
  return verdicts;
}

/// The verdicts on the accounts of this rank's posts. Collective.
Verdicts verdicts_on_creators(Communicator& comm, const KeepRule& keep,
                              const std::vector<ParsedUnit>& parsed) {
  const Verdicts owned = verdicts_at_owners(comm, keep, parsed);
  std::unordered_set<std::string> creators;
  for (const ParsedUnit& unit : parsed) {
    for (const Post& post : unit.posts) creators.insert(post.creator);
  }
  auto asked = parts<std::string>(comm);
  for (const std::string& creator : creators) asked[hash_bits(creator) % asked.size()].push_back(creator);
  auto answers = parts<std::string>(comm);
  const auto received = all_to_all_objects(comm, std::vector(asked));
  for (std::size_t rank = 0; rank < received.size(); ++rank) {
    for (const std::string& creator : received[rank]) {
      const auto verdict = owned.find(creator);
      answers[rank].push_back(verdict == owned.end() ? refusal_of_unknown(keep) : verdict->second);
    }
  }
  const auto told = all_to_all_objects(comm, std::move(answers));
  Verdicts verdicts;
  for (std::size_t rank = 0; rank < told.size(); ++rank) {
    for (std::size_t i = 0; i < told[rank].size(); ++i) verdicts.emplace(asked[rank][i], told[rank][i]);
  }
  return verdicts;
}

}  // namespace

void filter_by_accounts(Communicator& comm, const KeepRule& keep, std::vector<ParsedUnit>& parsed) {
  if (!keep.followers.is_limited() && !keep.followees.is_limited()) return;
  const Verdicts verdicts = verdicts_on_creators(comm, keep, parsed);
  for (ParsedUnit& unit : parsed) {
    std::erase_if(unit.posts, [&](const Post& post) {
      const std::string& rule = verdicts.at(post.creator);
      if (!rule.empty()) ++unit.filtered_by[rule];
      return !rule.empty();
    });
    unit.summary.posts = std::ssize(unit.posts);
  }
}

}  // namespace shoal
