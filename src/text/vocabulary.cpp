// Document frequencies meet at each tag's hash owner; what passes the limits goes to all ranks.
#include "shoal/text/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

using TagCount = std::pair<std::string, std::int64_t>;
using TagCounts = std::vector<TagCount>;

/// In how many of these posts each tag occurs. A post's tags are distinct.
std::map<std::string_view, std::int64_t> count_tags(std::span<const Post> posts) {
  std::map<std::string_view, std::int64_t> counts;
  for (const Post& post : posts) {
    for (const std::string& tag : post.tags) ++counts[tag];
  }
  return counts;
}

/// The global counts of the tags whose hash owner is this rank.
std::map<std::string, std::int64_t> count_at_owners(Communicator& comm, std::span<const Post> posts) {
  std::vector<TagCounts> outgoing(static_cast<std::size_t>(comm.size()));
  for (const auto& [tag, count] : count_tags(posts)) {
    outgoing[hash_bits(tag) % outgoing.size()].emplace_back(tag, count);
  }
  std::map<std::string, std::int64_t> totals;
  for (TagCounts& counts : all_to_all_objects(comm, std::move(outgoing))) {
    for (auto& [tag, count] : counts) totals[std::move(tag)] += count;
  }
  return totals;
}

TagCounts within_limits(const std::map<std::string, std::int64_t>& totals, const VocabularyLimits& limits,
                        std::int64_t documents) {
  const double least = limits.min_df.of(documents);
  const double most = limits.max_df.of(documents);
  TagCounts kept;
  for (const auto& [tag, df] : totals) {
    if (static_cast<double>(df) >= least && static_cast<double>(df) <= most) kept.emplace_back(tag, df);
  }
  return kept;
}

void keep_most_frequent(TagCounts& tags, std::int64_t count) {
  if (count >= static_cast<std::int64_t>(tags.size())) return;
  std::sort(tags.begin(), tags.end(), [](const TagCount& a, const TagCount& b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  tags.resize(static_cast<std::size_t>(count));
}

}  // namespace

Vocabulary::Vocabulary(std::vector<std::string> tags, std::vector<std::int64_t> document_frequencies,
                       std::int64_t documents)
    : tags_(std::move(tags)), document_frequencies_(std::move(document_frequencies)), documents_(documents) {
  columns_.reserve(tags_.size());
  for (std::size_t column = 0; column < tags_.size(); ++column) {
    columns_.emplace(tags_[column], static_cast<std::int32_t>(column));
  }
}

std::optional<std::int32_t> Vocabulary::column_of(std::string_view tag) const {
  const auto found = columns_.find(tag);
  if (found == columns_.end()) return std::nullopt;
  return found->second;
}

Vocabulary agree_on_vocabulary(Communicator& comm, std::span<const Post> posts,
                               const VocabularyLimits& limits) {
  const std::int64_t documents = comm.sum(static_cast<std::int64_t>(posts.size()));
  TagCounts all;
  for (TagCounts& part :
       all_gather_objects(comm, within_limits(count_at_owners(comm, posts), limits, documents))) {
    std::move(part.begin(), part.end(), std::back_inserter(all));
  }
  if (limits.max_features) keep_most_frequent(all, *limits.max_features);
  if (all.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw InputError(
        fmt::format("{} tags are more columns than can be numbered; set max_features", all.size()));
  }
  std::sort(all.begin(), all.end());
  std::vector<std::string> tags;
  std::vector<std::int64_t> frequencies;
  for (auto& [tag, df] : all) {
    tags.push_back(std::move(tag));
    frequencies.push_back(df);
  }
  return {std::move(tags), std::move(frequencies), documents};
}

}  // namespace shoal
