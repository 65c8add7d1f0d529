// Accounts and the posts that ask for them meet at the hash owner of the account's key.
#include "pipeline/stages/account_counts.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "shoal/base/digest.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// By the account's key.
template <class Value>
std::unordered_map<std::string, Value> known_at_owner(Communicator& comm,
                                                      const std::vector<Account>& accounts,
                                                      Value Account::*value) {
  std::vector<std::vector<std::pair<std::string, Value>>> outgoing(static_cast<std::size_t>(comm.size()));
  for (const Account& account : accounts)
    outgoing[hash_bits(account.key) % outgoing.size()].emplace_back(account.key, account.*value);
  std::unordered_map<std::string, Value> known;
  for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
    for (auto& [key, told] : part) known.emplace(std::move(key), std::move(told));
  }
  return known;
}

/// For each of this rank's posts what its account has; Value() where the account is not known. Collective.
template <class Value>
std::vector<Value> values_of_creators(Communicator& comm, const Corpus& corpus, Value Account::*value) {
  const auto known = known_at_owner(comm, corpus.accounts, value);
  std::unordered_map<std::string_view, Value> wanted;
  for (const Post& post : corpus.posts) {
    if (!post.creator.empty()) wanted.emplace(post.creator, Value());
  }
  std::vector<std::vector<std::string>> asked(static_cast<std::size_t>(comm.size()));
  for (const auto& [key, told] : wanted) asked[hash_bits(key) % asked.size()].emplace_back(key);
  std::vector<std::vector<Value>> answers;
  for (const auto& keys : all_to_all_objects(comm, std::vector(asked))) {
    std::vector<Value>& answer = answers.emplace_back();
    for (const std::string& key : keys) {
      const auto found = known.find(key);
      answer.push_back(found == known.end() ? Value() : found->second);
    }
  }
  auto received = all_to_all_objects(comm, std::move(answers));
  for (std::size_t owner = 0; owner < asked.size(); ++owner) {
    for (std::size_t i = 0; i < asked[owner].size(); ++i)
      wanted.at(asked[owner][i]) = std::move(received[owner][i]);
  }
  std::vector<Value> values;
  values.reserve(corpus.posts.size());
  for (const Post& post : corpus.posts) {
    values.push_back(post.creator.empty() ? Value() : wanted.at(post.creator));
  }
  return values;
}

}  // namespace

std::vector<Count> counts_of_creators(Communicator& comm, const Corpus& corpus, Count Account::*count) {
  return values_of_creators(comm, corpus, count);
}

std::vector<std::string> numbers_of_creators(Communicator& comm, const Corpus& corpus) {
  return values_of_creators(comm, corpus, &Account::id);
}

}  // namespace shoal
