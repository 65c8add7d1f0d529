// A set of tags has term frequencies of 1, so a row's entries are its idfs over their length.
#include "shoal/text/tfidf.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/base/deterministic_math.hpp"

namespace shoal {

std::vector<double> inverse_document_frequencies(const Vocabulary& vocabulary) {
  const double documents = static_cast<double>(vocabulary.documents());
  std::vector<double> idf;
  idf.reserve(vocabulary.tags().size());
  for (const std::int64_t df : vocabulary.document_frequencies()) {
    idf.push_back(deterministic_log((1.0 + documents) / (1.0 + static_cast<double>(df))) + 1.0);
  }
  return idf;
}

CsrMatrix tfidf_rows(std::span<const Post> posts, const Vocabulary& vocabulary, std::span<const double> idf) {
  CsrMatrix rows;
  rows.columns = vocabulary.size();
  rows.offsets.reserve(posts.size() + 1);
  std::vector<std::int32_t> columns;
  for (const Post& post : posts) {
    columns.clear();
    for (const std::string& tag : post.tags) {
      if (const auto column = vocabulary.column_of(tag)) columns.push_back(*column);
    }
    std::sort(columns.begin(), columns.end());
    double squares = 0.0;
    for (const std::int32_t column : columns) {
      squares += idf[static_cast<std::size_t>(column)] * idf[static_cast<std::size_t>(column)];
    }
    const double length = std::sqrt(squares);
    for (const std::int32_t column : columns) {
      rows.indices.push_back(column);
      rows.values.push_back(static_cast<float>(idf[static_cast<std::size_t>(column)] / length));
    }
    rows.close_row();
  }
  return rows;
}

}  // namespace shoal
