// tf-idf rows of tags, as scikit-learn's TfidfVectorizer gives them over sets of tags.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/data/matrix.hpp"
#include "shoal/data/post.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

/// ln((1 + n) / (1 + df)) + 1; the same bits on every processor.
double inverse_document_frequency(std::int64_t documents, std::int64_t document_frequency);
/// Of each of this rank's columns.
std::vector<double> inverse_document_frequencies(const Vocabulary& vocabulary);

/// One row a post, scaled to unit length (l2); a post without a tag of the vocabulary is an empty row.
CsrMatrix tfidf_rows(std::span<const Post> posts, const AgreedVocabulary& agreed);
/// One row a post, 1 for each of its tags.
CsrMatrix tag_rows(std::span<const Post> posts, const AgreedVocabulary& agreed);

}  // namespace shoal
