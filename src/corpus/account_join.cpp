// Handles of one number are linked, and what is linked gets the smallest handle: by hooking labels and
// jumping along them, as in Shiloach and Vishkin, "An O(log n) parallel connectivity algorithm" (1982).
#include "account_join.hpp"

#include <algorithm>
#include <iterator>
#include <map>
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
using NamePair = std::pair<std::string, std::string>;

/// The key that an account's number would be.
std::string number_key(const Account& account) {
  // A key begins with the platform where that is another one.
  const std::size_t handle = account.key.size() - account.username.size();
  return account.key.substr(0, handle) + std::string(kAccountNumber) + account.id;
}

/// Handle and number, where a record has both.
std::vector<NamePair> handles_and_numbers(const std::vector<ParsedUnit>& parsed) {
  std::set<NamePair> distinct;
  for (const ParsedUnit& unit : parsed) {
    for (const Account& account : unit.accounts) {
      if (!account.id.empty() && !account.username.empty())
        distinct.emplace(account.key, number_key(account));
    }
  }
  return {distinct.begin(), distinct.end()};
}

std::size_t owner_of(const std::string& name, std::size_t ranks) { return hash_bits(name) % ranks; }

/// Sends pairs to the owners of one of their names; returns those that came. Collective.
std::vector<NamePair> pairs_at_owners(Communicator& comm, const std::vector<NamePair>& pairs,
                                      std::string NamePair::*of) {
  std::vector<std::vector<NamePair>> to_owners(static_cast<std::size_t>(comm.size()));
  for (const NamePair& pair : pairs) to_owners[owner_of(pair.*of, to_owners.size())].push_back(pair);
  std::vector<NamePair> received;
  for (auto& part : all_to_all_objects(comm, std::move(to_owners)))
    std::ranges::move(part, std::back_inserter(received));
  return received;
}

/// What each name is labelled with, at the name's owner: labels only fall.
class LabelledNames {
 public:
  explicit LabelledNames(Communicator& comm) : comm_(comm) {}

  /// A pair is a name and a label that it has at most; a name that is new gets it. Collective.
  void lower(const std::vector<NamePair>& claims) {
    for (auto& [name, label] : pairs_at_owners(comm_, claims, &NamePair::first)) {
      const auto [entry, is_new] = labels_.try_emplace(std::move(name), label);
      if (!is_new && label < entry->second) entry->second = std::move(label);
    }
  }

  /// Empty for names that nobody has labelled. Collective.
  [[nodiscard]] Names of(const Names& names) const {
    const auto ranks = static_cast<std::size_t>(comm_.size());
    NamesByOwner asked(ranks);
    for (const std::string& name : names) asked[owner_of(name, ranks)].push_back(name);
    NamesByOwner answers;
    for (const Names& part : all_to_all_objects(comm_, std::move(asked))) {
      Names& of_rank = answers.emplace_back();
      for (const std::string& name : part) {
        const auto label = labels_.find(name);
        of_rank.push_back(label == labels_.end() ? std::string() : label->second);
      }
    }
    answers = all_to_all_objects(comm_, std::move(answers));
    Names labels;
    std::vector<std::size_t> next(ranks);
    for (const std::string& name : names) {
      const std::size_t owner = owner_of(name, ranks);
      labels.push_back(std::move(answers[owner][next[owner]++]));
    }
    return labels;
  }

  /// Gives each name the label that its label has, until every label has itself. Collective.
  void follow() {
    for (bool changed = true; changed;) {
      Names names;
      Names labels;
      for (const auto& [name, label] : labels_) {
        if (name == label) continue;
        names.push_back(name);
        labels.push_back(label);
      }
      const Names further = of(labels);
      bool mine = false;
      for (std::size_t i = 0; i < names.size(); ++i) {
        if (further[i] == labels[i]) continue;
        labels_[names[i]] = further[i];
        mine = true;
      }
      changed = comm_.max(std::int64_t{mine}) > 0;
    }
  }

 private:
  Communicator& comm_;
  Labels labels_;
};

/// Labels the names of each connected component with its smallest. In two rounds each label that is left has
/// taken in another one, so that rounds grow as the logarithm of a component. Collective.
void connect(Communicator& comm, const std::vector<NamePair>& links, LabelledNames& handles) {
  Names first;
  Names second;
  std::vector<NamePair> claims;
  for (const auto& [a, b] : links) {
    first.push_back(a);
    second.push_back(b);
    claims.emplace_back(a, a);
    claims.emplace_back(b, b);
  }
  while (comm.sum(std::ssize(claims)) > 0) {
    handles.lower(claims);
    handles.follow();
    const Names labels = handles.of(first);
    const Names others = handles.of(second);
    claims.clear();
    for (std::size_t i = 0; i < labels.size(); ++i) {
      if (labels[i] != others[i])
        claims.emplace_back(std::max(labels[i], others[i]), std::min(labels[i], others[i]));
    }
  }
}

/// What all handles and numbers are labelled with that some record joins. Collective.
LabelledNames label_accounts(Communicator& comm, const std::vector<NamePair>& pairs) {
  std::map<std::string, std::set<std::string>> handles_of;  // each number that this rank owns
  for (auto& [handle, number] : pairs_at_owners(comm, pairs, &NamePair::second))
    handles_of[std::move(number)].insert(std::move(handle));
  std::vector<NamePair> links;
  for (const auto& [number, handles] : handles_of) {
    for (auto other = std::next(handles.begin()); other != handles.end(); ++other)
      links.emplace_back(*handles.begin(), *other);
  }
  LabelledNames names(comm);
  connect(comm, links, names);
  Names smallest;
  for (const auto& [number, handles] : handles_of) smallest.push_back(*handles.begin());
  const Names labels = names.of(smallest);
  std::vector<NamePair> numbers;
  std::size_t next = 0;
  for (const auto& [number, handles] : handles_of) {
    const std::string& label = labels[next].empty() ? smallest[next] : labels[next];
    numbers.emplace_back(number, label);
    ++next;
  }
  names.lower(numbers);
  return names;
}

/// How many handles stand under several numbers. Collective.
std::int64_t count_shared_handles(Communicator& comm, const std::vector<NamePair>& pairs) {
  std::unordered_map<std::string, std::set<std::string>> numbers_of;
  for (auto& [handle, number] : pairs_at_owners(comm, pairs, &NamePair::first))
    numbers_of[std::move(handle)].insert(std::move(number));
  return comm.sum(std::ranges::count_if(numbers_of, [](const auto& of) { return of.second.size() > 1; }));
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
    for (RefusedPost& post : unit.refused) visit(post.creator);
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

JoinedAccounts join_accounts(Communicator& comm, std::vector<ParsedUnit>& parsed) {
  JoinedAccounts joined;
  const std::vector<NamePair> pairs = handles_and_numbers(parsed);
  if (comm.sum(std::ssize(pairs)) == 0) return joined;
  joined.shared_handles = count_shared_handles(comm, pairs);
  const LabelledNames labelled = label_accounts(comm, pairs);
  std::unordered_set<std::string> distinct;
  each_name(parsed, [&](const std::string& name) {
    if (!name.empty()) distinct.insert(name);
  });
  const Names names(distinct.begin(), distinct.end());
  Names labels = labelled.of(names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (!labels[i].empty() && labels[i] != names[i]) joined.keys_now.emplace(names[i], std::move(labels[i]));
  }
  if (joined.keys_now.empty()) return joined;
  each_name(parsed, [&](std::string& name) { name = std::string(joined.key_of(name)); });
  for (ParsedUnit& unit : parsed) {
    for (Post& post : unit.posts) drop_repeated(post.mentions);
  }
  return joined;
}

}  // namespace shoal
