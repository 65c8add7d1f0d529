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

using Known = std::pair<std::string, Count>;

std::unordered_map<std::string, Count> known_at_owner(Communicator& comm,
                                                      const std::vector<Account>& accounts,
                                                      Count Account::*count) {
  std::vector<std::vector<Known>> outgoing(static_cast<std::size_t>(comm.size()));
  for (const Account& account : accounts)
    outgoing[hash_bits(account.key) % outgoing.size()].emplace_back(account.key, account.*count);
  std::unordered_map<std::string, Count> known;
  for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
    for (auto& [key, value] : part) known.emplace(std::move(key), value);
  }
  return known;
}

}  // namespace

std::vector<Count> counts_of_creators(Communicator& comm, const Corpus& corpus, Count Account::*count) {
  const auto known = known_at_owner(comm, corpus.accounts, count);
  std::unordered_map<std::string_view, Count> wanted;
  for (const Post& post : corpus.posts) {
    if (!post.creator.empty()) wanted.emplace(post.creator, Count());
  }
  std::vector<std::vector<std::string>> asked(static_cast<std::size_t>(comm.size()));
  for (const auto& [key, value] : wanted) asked[hash_bits(key) % asked.size()].emplace_back(key);
  std::vector<std::vector<Count>> answers;
  for (const auto& keys : all_to_all_objects(comm, std::vector(asked))) {
    std::vector<Count>& answer = answers.emplace_back();
    for (const std::string& key : keys) {
      const auto found = known.find(key);
      answer.push_back(found == known.end() ? Count() : found->second);
    }
  }
  const auto received = all_to_all_objects(comm, std::move(answers));
  for (std::size_t owner = 0; owner < asked.size(); ++owner) {
    for (std::size_t i = 0; i < asked[owner].size(); ++i) wanted.at(asked[owner][i]) = received[owner][i];
  }
  std::vector<Count> counts;
  counts.reserve(corpus.posts.size());
  for (const Post& post : corpus.posts) {
    counts.push_back(post.creator.empty() ? Count() : wanted.at(post.creator));
  }
  return counts;
}

}  // namespace shoal
