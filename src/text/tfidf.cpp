// A set of tags has term frequencies of 1, so a row's entries are its idfs over their length.
#include "shoal/text/tfidf.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "shoal/base/deterministic_math.hpp"

namespace shoal {
namespace {

/// The columns of a post's tags, rising.
std::vector<TagColumn> columns_of(const Post& post, const TagColumns& columns) {
  std::vector<TagColumn> found;
  for (const std::string& tag : post.tags) {
    if (const auto column = columns.find(tag); column != columns.end()) found.push_back(column->second);
  }
  std::ranges::sort(found, {}, &TagColumn::column);
  return found;
}

}  // namespace

double inverse_document_frequency(std::int64_t documents, std::int64_t document_frequency) {
  return deterministic_log((1.0 + static_cast<double>(documents)) /
                           (1.0 + static_cast<double>(document_frequency))) +
         1.0;
}

std::vector<double> inverse_document_frequencies(const Vocabulary& vocabulary) {
  std::vector<double> idf;
  idf.reserve(vocabulary.tags.size());
  for (const std::int64_t df : vocabulary.document_frequencies) {
    idf.push_back(inverse_document_frequency(vocabulary.documents, df));
  }
  return idf;
}

CsrMatrix tfidf_rows(std::span<const Post> posts, const AgreedVocabulary& agreed) {
  CsrMatrix rows;
  rows.columns = agreed.vocabulary.size();
  rows.offsets.reserve(posts.size() + 1);
  std::vector<double> idf;
  for (const Post& post : posts) {
    const std::vector<TagColumn> columns = columns_of(post, agreed.columns);
    idf.clear();
    double squares = 0.0;
    for (const TagColumn& tag : columns) {
      idf.push_back(inverse_document_frequency(agreed.vocabulary.documents, tag.document_frequency));
      squares += idf.back() * idf.back();
    }
    const double length = std::sqrt(squares);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      rows.indices.push_back(columns[i].column);
      rows.values.push_back(static_cast<float>(idf[i] / length));
    }
    rows.close_row();
  }
  return rows;
}

CsrMatrix tag_rows(std::span<const Post> posts, const AgreedVocabulary& agreed) {
  CsrMatrix rows;
  rows.columns = agreed.vocabulary.size();
  rows.offsets.reserve(posts.size() + 1);
  for (const Post& post : posts) {
    for (const TagColumn& tag : columns_of(post, agreed.columns)) {
      rows.indices.push_back(tag.column);
      rows.values.push_back(1.0F);
    }
    rows.close_row();
  }
  return rows;
}

}  // namespace shoal
