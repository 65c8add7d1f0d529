// The tags that become columns, agreed on by all ranks and shared out over them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/post.hpp"

namespace shoal {

/// A number of posts, or a share of all posts.
struct DocumentLimit {
  double value = 0.0;
  bool is_share = false;
  /// The limit as a number of posts; a share need not be whole.
  [[nodiscard]] double of(std::int64_t documents) const {
    return is_share ? value * static_cast<double>(documents) : value;
  }
};

/// As in scikit-learn's TfidfVectorizer: min_df <= df <= max_df, then the max_features largest df (ties by
/// bytes).
struct VocabularyLimits {
  DocumentLimit min_df{1.0, false};
  DocumentLimit max_df{1.0, true};
  std::optional<std::int64_t> max_features;
};

/// The tags that became columns, sorted by bytes. Each rank holds its share of them.
struct Vocabulary {
  BlockPartition partition;                        ///< of the columns; its ranks are those that agreed
  std::vector<std::string> tags;                   ///< those of partition.owned_by(this rank)
  std::vector<std::int64_t> document_frequencies;  ///< beside them
  std::int64_t documents = 0;                      ///< posts of the corpus, with and without tags

  [[nodiscard]] std::int64_t size() const { return partition.rows(); }
  /// The tags of any columns, beginning with 0; each rank asks for its own. Collective.
  [[nodiscard]] std::vector<std::string> tags_of(Communicator& comm,
                                                 std::span<const std::int64_t> columns) const;
};

/// What a rank knows of the columns of its own posts' tags.
struct TagColumn {
  std::int32_t column = 0;
  std::int64_t document_frequency = 0;
};
using TagColumns = std::unordered_map<std::string, TagColumn>;

struct AgreedVocabulary {
  Vocabulary vocabulary;
  TagColumns columns;  ///< of those tags of this rank's posts that are in the vocabulary
};

/// Agrees on a vocabulary, from the posts of each rank. Document frequencies are exact. A rank holds its
/// posts' tags, and its share of all tags, also of those that the limits leave out. Collective. Throws
/// InputError where more than 2^31 - 1 tags are left.
AgreedVocabulary agree_on_vocabulary(Communicator& comm, std::span<const Post> posts,
                                     const VocabularyLimits& limits);

}  // namespace shoal
