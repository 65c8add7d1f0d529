// A vocabulary without limits, and ones.
#include "pipeline/stages/features/all_tags.hpp"

#include "pipeline/stages/column_of.hpp"
#include "pipeline/stages/features/sparse_rows_in_file.hpp"
#include "shoal/text/tfidf.hpp"

namespace shoal {
namespace {

/// No feature set of a job may be called so.
constexpr const char* kSet = "all tags";
/// Bytes in tags.h5ad of a hashtag of a post, of a hashtag, and of a post.
constexpr std::int64_t kStoredEntry = 8;
constexpr std::int64_t kStoredColumn = 90;
constexpr std::int64_t kStoredRow = 32;
/// Without any.
constexpr std::int64_t kEmptyFile = std::int64_t{192} << 10;

}  // namespace

void AllTagsStage::run(Run& run) {
  AgreedVocabulary agreed = agree_on_vocabulary(run.comm, run.corpus.posts, {});
  FeatureSet set;
  set.name = kSet;
  set.kind = "all tags";
  set.columns = agreed.vocabulary.size();
  CsrMatrix rows = tag_rows(run.corpus.posts, agreed);
  entries_ = run.comm.sum(std::ssize(rows.indices));
  set.rows = std::move(rows);
  vocabulary_ = std::move(agreed.vocabulary);
  set.column_names = [this, &run](std::span<const std::int64_t> columns) {
    return vocabulary_.tags_of(run.comm, columns);
  };
  set.about_columns.push_back(
      {"document_frequency", [this] { return IntegerValues{vocabulary_.document_frequencies}; }});
  const Table& posts = run.table("posts");
  Table& table = run.table("tags");
  table.partition = posts.partition;
  table.stored = posts.stored;
  table.add("_index", [&run] {
    return TextValues{column_of(run.corpus.posts, [](const Post& post) { return post.id; })};
  });
  table.add(std::move(set));
}

Cost AllTagsStage::cost(const Run& run, Sizes&) const {
  const std::int64_t rows = run.corpus.partition.rows();
  Cost cost;
  cost.written["tags.h5ad"] =
      kEmptyFile + entries_ * kStoredEntry + vocabulary_.size() * kStoredColumn + rows * kStoredRow;
  return cost;
}

void AllTagsStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  add_findings(run.comm, differing_rows(run, request, *run.find_table("tags"), kSet, "its post's hashtags"),
               verification.findings);
}

}  // namespace shoal
