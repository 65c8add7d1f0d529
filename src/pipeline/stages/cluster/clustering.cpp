// Clusterings one after the other, and what their groups are about.
#include <fmt/format.h>

#include <algorithm>

#include "pipeline/engine/checkpoint.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {
namespace {

KMeansResult cluster_posts(RunState& state, const ClusterJob& job, Checkpoint& checkpoint) {
  const SparseRowsInMemory rows(state.tags.rows.view(), state.corpus.partition.owned_by(state.comm.rank()),
                                state.corpus.partition.rows());
  return kmeans(state.comm, state.backend.arrays(), rows, job.kmeans, checkpoint);
}

KMeansResult cluster_images(RunState& state, const ClusterJob& job, Checkpoint& checkpoint) {
  const DenseRowsInMemory rows(state.images.features.view(),
                               state.images.partition.owned_by(state.comm.rank()),
                               state.images.partition.rows());
  return kmeans(state.comm, state.backend.arrays(), rows, job.kmeans, checkpoint);
}

/// What decides a clustering, and no other setting: its own, its rows and the arithmetic.
Digest clustering_key(const RunState& state, const ClusterJob& job) {
  const std::string_view rows = job.of == FeatureKind::tags ? "tags" : "images";
  return sha256(fmt::format("clustering\n{}\n{}\n{}\n{}\n", kFormatVersion, clustering_settings_json(job),
                            state.keys.at(rows), state.backend.numeric_identity()));
}

KMeansResult run_clustering(RunState& state, const ClusterJob& job) {
  const Digest key = clustering_key(state, job);
  // Names of clusterings are any text; a folder's are not.
  StageCheckpoint checkpoint(state.comm, state.work->place("cluster", key), key,
                             fmt::format("clustering '{}'", job.name), state.work->settings().sync_every);
  return job.of == FeatureKind::tags ? cluster_posts(state, job, checkpoint)
                                     : cluster_images(state, job, checkpoint);
}

std::vector<std::int32_t> labels_of_posts(RunState& state, const FinishedClustering& clustering) {
  if (clustering.job->of == FeatureKind::tags) return clustering.result.labels;
  return fetch_rows<std::int32_t>(state.comm, state.images.partition, clustering.result.labels,
                                  state.images.post_row, -1);
}

/// The image rows nearest to each centroid: the images themselves, or those of the nearest posts.
std::vector<std::vector<std::int64_t>> exemplars_of(RunState& state, const FinishedClustering& clustering) {
  const auto count = static_cast<std::size_t>(state.job.report.photos);
  std::vector<std::int64_t> items;
  if (clustering.job->of == FeatureKind::image) {
    const RowRange mine = state.images.partition.owned_by(state.comm.rank());
    for (std::int64_t row = mine.begin; row < mine.end; ++row) items.push_back(row);
  } else if (state.job.image) {
    items = state.images.post_row;
  } else {
    items.assign(clustering.result.labels.size(), -1);
  }
  return nearest_items(state.comm, clustering.result.labels, clustering.result.squared_distances, items,
                       clustering.job->kmeans.k, count);
}

void describe_groups(RunState& state, FinishedClustering& clustering) {
  const auto k = static_cast<std::size_t>(clustering.job->kmeans.k);
  clustering.post_labels = labels_of_posts(state, clustering);
  clustering.tags.resize(k);
  if (state.job.tags) {
    // At least three, for the name.
    const auto count = static_cast<std::size_t>(std::max<std::int64_t>(state.job.report.top_tags, 3));
    clustering.tags = leading_columns(state.comm, state.backend.arrays(), state.tags.rows.view(),
                                      clustering.post_labels, clustering.job->kmeans.k, count);
  }
  clustering.names = group_names(clustering.tags, state.tags.vocabulary.tags());
  clustering.exemplars = exemplars_of(state, clustering);
}

}  // namespace

void check_group_counts(const Job& job, FeatureKind of, std::int64_t rows) {
  for (const ClusterJob& clustering : job.clusterings) {
    if (clustering.of != of || clustering.kmeans.k <= rows) continue;
    if (rows == 0) {
      throw UsageError(
          fmt::format("the clustering '{}' has nothing to group: no {} were found; look at the counts above",
                      clustering.name, of == FeatureKind::tags ? "posts with tags" : "images"));
    }
    throw UsageError(fmt::format("the clustering '{}' has k = {}, and there are {} {}; lower k",
                                 clustering.name, clustering.kmeans.k, rows,
                                 of == FeatureKind::tags ? "posts with tags" : "images"));
  }
}

void run_cluster(RunState& state) {
  for (const ClusterJob& job : state.job.clusterings) {
    FinishedClustering clustering;
    clustering.job = &job;
    clustering.result = run_clustering(state, job);
    state.backend.arrays().give_back();  // to what follows, in another shape
    order_by_size(clustering.result);
    describe_groups(state, clustering);
    log::info("{}: {} groups of {} {}, inertia {:.6g} after {} iterations", job.name, job.kmeans.k,
              clustering.result.labelled, job.of == FeatureKind::tags ? "posts" : "images",
              clustering.result.inertia, clustering.result.iterations);
    state.clusterings.push_back(std::move(clustering));
    state.backend.arrays().give_back();
  }
}

}  // namespace shoal
