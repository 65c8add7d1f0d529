// What posts.h5ad tells of each post.
#pragma once

#include <vector>

#include "pipeline/job/job.hpp"
#include "shoal/data/post.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

/// The columns that posts have in any job.
inline constexpr const char* kPostColumns[] = {
    "_index",   "shortcode",          "creator",           "creator_name",
    "taken_at", "taken_at_precision", "taken_at_doubtful", "media",
    "likes",    "likes_missing",      "comments",          "tags",
    "mentions"};

/// Adds them to the table, in the order of the file: which of them stand there depends on what pseudonyms
/// hide. The posts are referred to.
void add_post_columns(Table& table, const std::vector<Post>& posts, const CorpusJob& corpus);

}  // namespace shoal
