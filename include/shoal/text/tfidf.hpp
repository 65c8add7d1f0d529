// tf-idf rows of tags, as scikit-learn's TfidfVectorizer gives them over sets of tags.
#pragma once

#include <span>
#include <vector>

#include "shoal/data/matrix.hpp"
#include "shoal/data/post.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

/// ln((1 + n) / (1 + df)) + 1 for each column; the same bits on every processor.
std::vector<double> inverse_document_frequencies(const Vocabulary& vocabulary);

/// One row a post, scaled to unit length (l2); a post without a tag of the vocabulary is an empty row.
CsrMatrix tfidf_rows(std::span<const Post> posts, const Vocabulary& vocabulary, std::span<const double> idf);

}  // namespace shoal
