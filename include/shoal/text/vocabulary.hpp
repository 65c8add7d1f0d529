// The tags that become columns, agreed on by all ranks.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "shoal/comm/communicator.hpp"
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

class Vocabulary {
 public:
  Vocabulary() = default;
  /// tags: distinct, sorted by bytes; document_frequencies beside them.
  Vocabulary(std::vector<std::string> tags, std::vector<std::int64_t> document_frequencies,
             std::int64_t documents);
  Vocabulary(const Vocabulary&) = delete;
  Vocabulary& operator=(const Vocabulary&) = delete;
  Vocabulary(Vocabulary&&) = default;
  Vocabulary& operator=(Vocabulary&&) = default;

  [[nodiscard]] std::int64_t size() const { return static_cast<std::int64_t>(tags_.size()); }
  /// The number of posts of the corpus, with and without tags.
  [[nodiscard]] std::int64_t documents() const { return documents_; }
  [[nodiscard]] const std::vector<std::string>& tags() const { return tags_; }
  [[nodiscard]] const std::vector<std::int64_t>& document_frequencies() const {
    return document_frequencies_;
  }
  /// The tag's column.
  [[nodiscard]] std::optional<std::int32_t> column_of(std::string_view tag) const;

 private:
  std::vector<std::string> tags_;
  std::vector<std::int64_t> document_frequencies_;
  std::int64_t documents_ = 0;
  std::unordered_map<std::string_view, std::int32_t> columns_;  ///< views into tags_
};

/// The same vocabulary on all ranks, from the posts of each. Document frequencies are exact. Collective.
/// Throws InputError where more than 2^31 - 1 tags are left.
Vocabulary agree_on_vocabulary(Communicator& comm, std::span<const Post> posts,
                               const VocabularyLimits& limits);

}  // namespace shoal
