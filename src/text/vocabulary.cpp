// Document frequencies meet at each tag's hash owner, and what the limits leave out ends there. The owners
// put the rest in order together, and tell each rank the columns of its own tags.
#include "shoal/text/vocabulary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <unordered_map>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/comm/text_order.hpp"

namespace shoal {
namespace {

using TagCount = std::pair<std::string, std::int64_t>;
using TagCounts = std::vector<TagCount>;

/// This rank's tags by their hash owner, each with the number of its posts that have it.
std::vector<TagCounts> counts_by_owner(std::span<const Post> posts, int ranks) {
  std::unordered_map<std::string_view, std::int64_t> counts;
  for (const Post& post : posts) {
    for (const std::string& tag : post.tags) ++counts[tag];
  }
  std::vector<TagCounts> by_owner(static_cast<std::size_t>(ranks));
  for (const auto& [tag, count] : counts) {
    by_owner[hash_bits(tag) % by_owner.size()].emplace_back(tag, count);
  }
  return by_owner;
}

/// The tags whose owner this rank is, with what became of them.
class OwnedTags {
 public:
  OwnedTags(Communicator& comm, const std::vector<TagCounts>& asked) : comm_(comm), asked_(asked) {
    for (const TagCounts& part : asked_) {
      for (const auto& [tag, count] : part) frequencies_[tag] += count;
    }
  }

  void keep_within(const VocabularyLimits& limits, std::int64_t documents) {
    const double least = limits.min_df.of(documents);
    const double most = limits.max_df.of(documents);
    std::erase_if(frequencies_, [&](const auto& tag) {
      return static_cast<double>(tag.second) < least || static_cast<double>(tag.second) > most;
    });
  }

  /// Keeps so many tags of all ranks, the most frequent; ties by bytes.
  void keep_most_frequent(std::int64_t wanted) {
    if (comm_.sum(std::ssize(frequencies_)) <= wanted) return;
    const std::int64_t bound = frequency_that_ties(wanted);
    const std::int64_t above = with_frequency_from(bound + 1);
    std::vector<std::string> tied;
    for (const auto& [tag, frequency] : frequencies_) {
      if (frequency == bound) tied.emplace_back(tag);
    }
    const std::vector<std::int64_t> places = places_by_text(comm_, tied);
    std::erase_if(frequencies_, [&](const auto& tag) { return tag.second < bound; });
    for (std::size_t i = 0; i < tied.size(); ++i) {
      if (places[i] >= wanted - above) frequencies_.erase(tied[i]);
    }
  }

  /// Numbers what is left by its bytes.
  void number_columns() {
    std::vector<std::string> tags;
    for (const auto& [tag, frequency] : frequencies_) tags.emplace_back(tag);
    const std::vector<std::int64_t> places = places_by_text(comm_, tags);
    std::size_t next = 0;
    for (const auto& [tag, frequency] : frequencies_) columns_.emplace(tag, places[next++]);
  }

  [[nodiscard]] std::int64_t count_of_all() const { return comm_.sum(std::ssize(frequencies_)); }

  /// For each tag that a rank asked for its column, or -1, and its frequency.
  [[nodiscard]] std::vector<std::vector<std::int64_t>> answers() const {
    std::vector<std::vector<std::int64_t>> answers(asked_.size());
    for (std::size_t rank = 0; rank < asked_.size(); ++rank) {
      for (const auto& [tag, count] : asked_[rank]) {
        const auto column = columns_.find(tag);
        answers[rank].push_back(column == columns_.end() ? -1 : column->second);
        answers[rank].push_back(column == columns_.end() ? 0 : frequencies_.at(tag));
      }
    }
    return answers;
  }

  /// The tags of this rank's share of the columns, from all owners.
  void share_out(Vocabulary& vocabulary) const {
    struct Numbers {
      std::int64_t column;
      std::int64_t frequency;
    };
    const auto ranks = static_cast<std::size_t>(comm_.size());
    std::vector<std::vector<std::string>> tags(ranks);
    std::vector<std::vector<Numbers>> numbers(ranks);
    for (const auto& [tag, column] : columns_) {
      const auto rank = static_cast<std::size_t>(vocabulary.partition.owner_of(column));
      tags[rank].emplace_back(tag);
      numbers[rank].push_back({column, frequencies_.at(tag)});
    }
    std::vector<Bytes> packed;
    for (const auto& part : numbers) packed.push_back(bytes_of(part));
    auto tags_in = all_to_all_objects(comm_, std::move(tags));
    const auto numbers_in = comm_.all_to_all(std::move(packed));
    const RowRange mine = vocabulary.partition.owned_by(comm_.rank());
    vocabulary.tags.resize(static_cast<std::size_t>(mine.size()));
    vocabulary.document_frequencies.resize(vocabulary.tags.size());
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      const auto of_rank = values_of<Numbers>(numbers_in[rank]);
      for (std::size_t i = 0; i < of_rank.size(); ++i) {
        const auto local = static_cast<std::size_t>(of_rank[i].column - mine.begin);
        vocabulary.tags[local] = std::move(tags_in[rank][i]);
        vocabulary.document_frequencies[local] = of_rank[i].frequency;
      }
    }
  }

 private:
  /// Tags of all ranks that are in so many posts or more.
  [[nodiscard]] std::int64_t with_frequency_from(std::int64_t least) const {
    return comm_.sum(
        std::ranges::count_if(frequencies_, [&](const auto& tag) { return tag.second >= least; }));
  }

  /// The largest frequency that so many tags reach.
  [[nodiscard]] std::int64_t frequency_that_ties(std::int64_t wanted) const {
    std::int64_t reached = 0;
    std::int64_t missed = 1;
    for (const auto& [tag, frequency] : frequencies_) missed = std::max(missed, frequency + 1);
    missed = comm_.max(missed);
    while (missed - reached > 1) {
      const std::int64_t middle = reached + (missed - reached) / 2;
      (with_frequency_from(middle) >= wanted ? reached : missed) = middle;
    }
    return reached;
  }

  Communicator& comm_;
  const std::vector<TagCounts>& asked_;
  std::map<std::string_view, std::int64_t> frequencies_;  ///< views into asked_
  std::unordered_map<std::string_view, std::int64_t> columns_;
};

}  // namespace

std::vector<std::string> Vocabulary::tags_of(Communicator& comm,
                                             std::span<const std::int64_t> columns) const {
  std::vector<std::vector<std::int64_t>> asked(static_cast<std::size_t>(comm.size()));
  for (const std::int64_t column : columns)
    asked[static_cast<std::size_t>(partition.owner_of(column))].push_back(column);
  std::vector<std::vector<std::string>> answers;
  const std::int64_t first = partition.owned_by(comm.rank()).begin;
  for (const auto& part : all_to_all_objects(comm, std::move(asked))) {
    std::vector<std::string>& answer = answers.emplace_back();
    for (const std::int64_t column : part) answer.push_back(tags[static_cast<std::size_t>(column - first)]);
  }
  auto found = all_to_all_objects(comm, std::move(answers));
  std::vector<std::size_t> next(found.size());
  std::vector<std::string> names;
  for (const std::int64_t column : columns) {
    const auto owner = static_cast<std::size_t>(partition.owner_of(column));
    names.push_back(std::move(found[owner][next[owner]++]));
  }
  return names;
}

AgreedVocabulary agree_on_vocabulary(Communicator& comm, std::span<const Post> posts,
                                     const VocabularyLimits& limits) {
  AgreedVocabulary agreed;
  Vocabulary& vocabulary = agreed.vocabulary;
  vocabulary.documents = comm.sum(std::ssize(posts));
  std::vector<TagCounts> mine = counts_by_owner(posts, comm.size());
  const std::vector<TagCounts> asked = all_to_all_objects(comm, std::vector<TagCounts>(mine));
  OwnedTags owned(comm, asked);
  owned.keep_within(limits, vocabulary.documents);
  if (limits.max_features) owned.keep_most_frequent(*limits.max_features);
  const std::int64_t columns = owned.count_of_all();
  if (columns > std::numeric_limits<std::int32_t>::max()) {
    throw InputError(
        fmt::format("{} tags are more columns than can be numbered; set max_features, and keep_tags = false "
                    "under [corpus]",
                    columns));
  }
  owned.number_columns();
  vocabulary.partition = BlockPartition(columns, comm.size());
  owned.share_out(vocabulary);
  const auto answers = all_to_all_objects(comm, owned.answers());
  for (std::size_t owner = 0; owner < mine.size(); ++owner) {
    for (std::size_t i = 0; i < mine[owner].size(); ++i) {
      const std::int64_t column = answers[owner][2 * i];
      if (column < 0) continue;
      agreed.columns.emplace(std::move(mine[owner][i].first),
                             TagColumn{static_cast<std::int32_t>(column), answers[owner][2 * i + 1]});
    }
  }
  return agreed;
}

}  // namespace shoal
