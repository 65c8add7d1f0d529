// Each mention is asked for its pseudonym; only those that were asked for are kept, and reach other ranks.
#include "pipeline/traced_mentions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/comm/objects.hpp"

namespace shoal {

void MentionTracer::Found::add(const Found& other) {
  first = posts == 0 ? other.first : std::min(first, other.first);
  posts += other.posts;
}

void MentionTracer::post(const Unit& unit, std::int64_t record, const Post& post) {
  for (const std::string& handle : post.mentions) {
    for (const std::string& id : asked_.meaning(pseudonym_kind::kAccount, handle))
      found_[{id, handle}].add({1, {unit.path, record}});
  }
}

std::vector<FoundName> MentionTracer::found_by_all(Communicator& comm) const {
  Table all;
  const std::vector<std::pair<Table::key_type, Found>> mine(found_.begin(), found_.end());
  for (const auto& part : all_gather_objects(comm, mine)) {
    for (const auto& [name, found] : part) all[name].add(found);
  }
  std::vector<FoundName> names;
  for (const auto& [name, found] : all) {
    names.push_back({name.first, std::string(pseudonym_kind::kAccount), name.second,
                     fmt::format("mentioned by {} post{}, first in record {} of '{}'", found.posts,
                                 found.posts == 1 ? "" : "s", found.first.second, found.first.first)});
  }
  return names;
}

}  // namespace shoal
