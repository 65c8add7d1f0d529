// Hashtags to tf-idf.
#include "shoal/text/tfidf.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/log.hpp"

namespace shoal {

void run_tags(RunState& state) {
  TagTable& tags = state.tags;
  tags.vocabulary = agree_on_vocabulary(state.comm, state.corpus.posts, state.job.tags->limits);
  tags.idf = inverse_document_frequencies(tags.vocabulary);
  tags.rows = tfidf_rows(state.corpus.posts, tags.vocabulary, tags.idf);
  std::int64_t with_tags = 0;
  for (std::int64_t i = 0; i < tags.rows.rows(); ++i) {
    if (!tags.rows.view().row(i).columns.empty()) ++with_tags;
  }
  tags.posts_with_tags = state.comm.sum(with_tags);
  log::info("{} tags in the vocabulary; {} of {} posts have one", tags.vocabulary.size(),
            tags.posts_with_tags, state.corpus.partition.rows());
  check_group_counts(state.job, FeatureKind::tags, tags.posts_with_tags);
}

}  // namespace shoal
