// The vocabulary is agreed on, then each rank weights the tags of its posts.
#include "pipeline/stages/features/tfidf.hpp"

#include <fmt/format.h>

#include "pipeline/stages/features/sparse_rows_in_file.hpp"
#include "pipeline/stages/nothing_left.hpp"
#include "shoal/base/log.hpp"
#include "shoal/text/tfidf.hpp"

namespace shoal {
namespace {

/// Bytes in posts.h5ad of a hashtag of a post, and of one in the vocabulary.
constexpr std::int64_t kStoredEntry = 8;
constexpr std::int64_t kStoredColumn = 80;

std::int64_t rows_with_entries(const CsrMatrix& rows) {
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < rows.rows(); ++i) count += rows.view().row(i).columns.empty() ? 0 : 1;
  return count;
}

}  // namespace

void TfidfStage::run(Run& run) {
  AgreedVocabulary agreed = agree_on_vocabulary(run.comm, run.corpus.posts, limits_);
  FeatureSet set = new_set();
  CsrMatrix rows = tfidf_rows(run.corpus.posts, agreed);
  vocabulary_ = std::move(agreed.vocabulary);
  posts_with_tags_ = run.comm.sum(rows_with_entries(rows));
  entries_ = run.comm.sum(static_cast<std::int64_t>(rows.indices.size()));
  log::info("{} tags in the vocabulary; {} of {} posts have one", vocabulary_.size(), posts_with_tags_,
            run.corpus.partition.rows());
  if (posts_with_tags_ == 0) {
    why_none_ = run.why_no_posts.empty() ? why_no_tags(run, limits_) : run.why_no_posts;
    // A clustering refuses to have nothing, with this sentence.
    if (run.why_no_posts.empty() && !run.stages.is_grouped(name()) && run.comm.is_root())
      log::warning("[{}]: {}", name(), why_none_);
  }
  set.columns = vocabulary_.size();
  set.rows = std::move(rows);
  set.column_names = [this, &run](std::span<const std::int64_t> columns) {
    return vocabulary_.tags_of(run.comm, columns);
  };
  set.about_columns.push_back(
      {"document_frequency", [this] { return IntegerValues{vocabulary_.document_frequencies}; }});
  set.about_columns.push_back(
      {"idf", [this] { return DoubleValues{inverse_document_frequencies(vocabulary_)}; }});
  run.table("posts").add(std::move(set));
}

Cost TfidfStage::cost(const Run& run, Sizes& sizes) const {
  if (run.find_table("posts") == nullptr || run.find_table("posts")->set(entry_.name) == nullptr) return {};
  sizes.sets[entry_.name] = {"posts",   true,    vocabulary_.size(), posts_with_tags_, "posts with tags",
                             why_none_, entries_};
  if (run.naming_set() != nullptr && run.naming_set()->name == entry_.name) sizes.naming_set = entry_.name;
  Cost cost;
  cost.written["posts.h5ad"] = entries_ * kStoredEntry + vocabulary_.size() * kStoredColumn;
  return cost;
}

std::string TfidfStage::look(Run& run_state) {
  run(run_state);
  return fmt::format("{} tags in the vocabulary, on {} posts\n", vocabulary_.size(), posts_with_tags_);
}

std::string TfidfStage::size_text(const Run&) const {
  const std::string whose = usual_kind(entry_.name) ? "" : fmt::format(" of '{}'", entry_.name);
  return fmt::format("{} tags in the vocabulary{}", vocabulary_.size(), whose);
}

void TfidfStage::add_facts(Run& run, UnsValue& tree) const {
  const FeatureSet* naming = run.naming_set();
  const bool is_x = naming != nullptr && naming->name == entry_.name;
  UnsValue& facts = is_x ? tree["tags"] : tree["sets"][entry_.name];
  facts["vocabulary"] = vocabulary_.size();
  facts["posts_with_tags"] = posts_with_tags_;
}

void TfidfStage::verify(Run& run, const VerifyRequest& request, Verification& verification) {
  add_findings(run.comm,
               differing_rows(run, request, *run.find_table("posts"), entry_.name, "its post's tf-idf"),
               verification.findings);
}

}  // namespace shoal
