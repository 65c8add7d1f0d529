// Smallest labels spread over the pairs of handle and number until none changes: two rounds, but for chains
// of accounts that took over each other's handles.
#include "account_join.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "account_names.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

using Names = std::vector<std::string>;
using NamesByOwner = std::vector<Names>;
using Labels = std::unordered_map<std::string, std::string>;

/// A handle and a number of one account, and the smallest handle that is known of it.
struct Pair {
  std::string handle;
  std::string number;
  std::string label;
};

/// The key that an account's number would be.
std::string number_key(const Account& account) {
  // A key begins with the platform where that is another one.
  const std::size_t handle = account.key.size() - account.username.size();
  return account.key.substr(0, handle) + std::string(kAccountNumber) + account.id;
}

std::vector<Pair> pairs_of(const std::vector<ParsedUnit>& parsed) {
  std::set<std::pair<std::string, std::string>> distinct;
  for (const ParsedUnit& unit : parsed) {
    for (const Account& account : unit.accounts) {
      if (!account.id.empty() && !account.username.empty())
        distinct.emplace(account.key, number_key(account));
    }
  }
  std::vector<Pair> pairs;
  for (const auto& [handle, number] : distinct) pairs.push_back({handle, number, handle});
  return pairs;
}

/// Asks the owners of names; answer(received) returns an answer for each name of each asking rank. The
/// answers come in the order of the names. Collective.
template <class Asked, class Answer>
Names ask_owners(Communicator& comm, const std::vector<Asked>& asked, const auto& name_of,
                 const Answer& answer) {
  const auto owners = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<Asked>> to_owners(owners);
  std::vector<std::size_t> owner_of(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    owner_of[i] = hash_bits(name_of(asked[i])) % owners;
    to_owners[owner_of[i]].push_back(asked[i]);
  }
  NamesByOwner answers = all_to_all_objects(comm, answer(all_to_all_objects(comm, std::move(to_owners))));
  Names result(asked.size());
  std::vector<std::size_t> next(owners);
  for (std::size_t i = 0; i < asked.size(); ++i)
    result[i] = std::move(answers[owner_of[i]][next[owner_of[i]]++]);
  return result;
}

/// A name and the label that somebody knows of it.
using Claim = std::pair<std::string, std::string>;

/// The names that this rank owns, with the smallest of all labels that were told.
class OwnedNames {
 public:
  NamesByOwner lower(const std::vector<std::vector<Claim>>& told) {
    for (const auto& part : told) {
      for (const auto& [name, label] : part) {
        const auto [entry, fresh] = labels_.emplace(name, label);
        if (!fresh && label < entry->second) entry->second = label;
      }
    }
    return answers(told, [&](const Claim& claim) { return labels_.at(claim.first); });
  }
  NamesByOwner look_up(const std::vector<Names>& asked) const {
    return answers(asked, [&](const std::string& name) {
      const auto label = labels_.find(name);
      return label == labels_.end() ? std::string() : label->second;
    });
  }

 private:
  template <class Asked>
  static NamesByOwner answers(const std::vector<std::vector<Asked>>& asked, const auto& answer) {
    NamesByOwner all;
    for (const auto& part : asked) {
      Names& of_rank = all.emplace_back();
      for (const Asked& one : part) of_rank.push_back(answer(one));
    }
    return all;
  }

  Labels labels_;
};

/// Returns whether a label of any rank changed. Collective.
bool spread(Communicator& comm, std::vector<Pair>& pairs, OwnedNames& owned) {
  bool changed = false;
  for (std::string Pair::*side : {&Pair::handle, &Pair::number}) {
    std::vector<Claim> claims;
    for (const Pair& pair : pairs) claims.emplace_back(pair.*side, pair.label);
    Names labels = ask_owners(
        comm, claims, [](const Claim& claim) -> const std::string& { return claim.first; },
        [&](const auto& told) { return owned.lower(told); });
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      changed |= labels[i] != pairs[i].label;
      pairs[i].label = std::move(labels[i]);
    }
  }
  return comm.max(std::int64_t{changed}) > 0;
}

/// Calls visit(name) for each place that names an account.
template <class Visit>
void each_name(std::vector<ParsedUnit>& parsed, const Visit& visit) {
  for (ParsedUnit& unit : parsed) {
    for (Post& post : unit.posts) {
      visit(post.creator);
      for (std::string& name : post.mentions) visit(name);
    }
    for (Account& account : unit.accounts) visit(account.key);
    for (ReadPost& read : unit.filtered_with_faults) visit(read.post.creator);
  }
}

/// Mentions that became one are one.
void drop_repeated(Names& names) {
  std::unordered_set<std::string_view> seen;
  Names distinct;
  for (const std::string& name : names) {
    if (seen.insert(name).second) distinct.push_back(name);
  }
  names = std::move(distinct);
}

}  // namespace

void join_accounts(Communicator& comm, std::vector<ParsedUnit>& parsed) {
  std::vector<Pair> pairs = pairs_of(parsed);
  if (comm.sum(std::ssize(pairs)) == 0) return;
  OwnedNames owned;
  while (spread(comm, pairs, owned)) {
  }
  std::unordered_set<std::string> distinct;
  each_name(parsed, [&](const std::string& name) {
    if (!name.empty()) distinct.insert(name);
  });
  const Names names(distinct.begin(), distinct.end());
  Names labels = ask_owners(
      comm, names, [](const std::string& name) -> const std::string& { return name; },
      [&](const auto& asked) { return owned.look_up(asked); });
  Labels renamed;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!labels[i].empty() && labels[i] != names[i]) renamed.emplace(names[i], std::move(labels[i]));
  }
  if (renamed.empty()) return;
  each_name(parsed, [&](std::string& name) {
    if (const auto label = renamed.find(name); label != renamed.end()) name = label->second;
  });
  for (ParsedUnit& unit : parsed) {
    for (Post& post : unit.posts) drop_repeated(post.mentions);
  }
}

}  // namespace shoal
