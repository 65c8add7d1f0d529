// The results files: posts.h5ad and images.h5ad, written by all ranks.
#include <fmt/format.h>

#include <cmath>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>

#include "pipeline/images/labels.hpp"
#include "pipeline/images/network.hpp"
#include "pipeline/results/facts.hpp"
#include "pipeline/results/files.hpp"
#include "pipeline/results/quarantine_csv.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/store/h5ad_writer.hpp"
#include "shoal/vision/imagenet_classes.hpp"

namespace shoal {
namespace {

template <class Row, class Get>
auto column(const std::vector<Row>& rows, const Get& get) {
  std::vector<std::decay_t<decltype(get(rows.front()))>> values;
  values.reserve(rows.size());
  for (const Row& row : rows) values.push_back(get(row));
  return values;
}

using PostCount = Count Post::*;

void write_count(H5adWriter& file, const std::string& name, const std::vector<Post>& posts, PostCount count) {
  file.obs_nullable_integers(name, column(posts, [&](const Post& p) { return (p.*count).value; }),
                             column(posts, [&](const Post& p) { return std::uint8_t{!(p.*count).known()}; }));
}

void write_post_columns(H5adWriter& file, const std::vector<Post>& posts, bool pseudonyms) {
  file.obs_index(column(posts, [](const Post& p) { return p.id; }));
  if (!pseudonyms) file.obs_strings("shortcode", column(posts, [](const Post& p) { return p.shortcode; }));
  file.obs_strings("creator", column(posts, [](const Post& p) { return p.creator; }));
  file.obs_nullable_integers(
      "taken_at", column(posts, [](const Post& p) { return p.taken_at; }),
      column(posts, [](const Post& p) { return std::uint8_t{p.taken_at_precision == TimePrecision::none}; }));
  file.obs_categorical(
      "taken_at_precision",
      column(posts, [](const Post& p) { return static_cast<std::int32_t>(p.taken_at_precision); }),
      {"none", "day", "second"});
  file.obs_categorical("media",
                       column(posts, [](const Post& p) { return static_cast<std::int32_t>(p.media); }),
                       {"image", "video", "album"});
  write_count(file, "likes", posts, &Post::likes);
  file.obs_categorical(
      "likes_missing",
      column(posts, [](const Post& p) { return static_cast<std::int32_t>(p.likes.missing) - 1; }),
      {"hidden", "not_exported", "invalid"});
  write_count(file, "comments", posts, &Post::comments);
  file.obs_integers("tags",
                    column(posts, [](const Post& p) { return static_cast<std::int64_t>(p.tags.size()); }));
  file.obs_integers(
      "mentions", column(posts, [](const Post& p) { return static_cast<std::int64_t>(p.mentions.size()); }));
}

void write_image_references(H5adWriter& file, const ImageTable& images) {
  file.obs_categorical("image_state",
                       column(images.post_state, [](ImageState s) { return static_cast<std::int32_t>(s); }),
                       {"none", "missing", "unreadable", "present"});
  file.obs_nullable_integers("image_row", images.post_row,
                             column(images.post_row, [](std::int64_t row) { return std::uint8_t{row < 0}; }));
}

/// Distances of labelled rows; NaN for the others.
std::vector<float> distances_of(const KMeansResult& result) {
  std::vector<float> distances;
  for (std::size_t i = 0; i < result.labels.size(); ++i) {
    distances.push_back(result.labels[i] < 0 ? std::numeric_limits<float>::quiet_NaN()
                                             : static_cast<float>(std::sqrt(result.squared_distances[i])));
  }
  return distances;
}

/// Centroids as AnnData has them: a row for each column of X.
void write_centroids(H5adWriter& file, const FinishedClustering& clustering) {
  const auto k = static_cast<std::size_t>(clustering.job->kmeans.k);
  const auto& centroids = clustering.result.centroids;
  const std::size_t columns = centroids.size() / k;
  std::vector<double> by_column(centroids.size());
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t c = 0; c < columns; ++c) by_column[c * k + j] = centroids[j * columns + c];
  }
  file.varm_doubles(clustering.job->name + "_centroids", by_column, static_cast<std::int64_t>(k));
}

void write_tags(H5adWriter& file, const TagTable& tags) {
  file.var_index(tags.vocabulary.tags());
  file.var_integers("document_frequency", tags.vocabulary.document_frequencies());
  file.var_doubles("idf", tags.idf);
  file.x_csr(tags.rows.view());
}

void write_posts(RunState& state, const UnsValue& tree, H5adWriter& file) {
  write_post_columns(file, state.corpus.posts, state.job.corpus.pseudonyms);
  if (state.job.image) write_image_references(file, state.images);
  for (const FinishedClustering& clustering : state.clusterings) {
    file.obs_categorical(clustering.job->name, clustering.post_labels, clustering.names);
    if (clustering.job->of != FeatureKind::tags) continue;
    file.obs_floats(clustering.job->name + "_distance", distances_of(clustering.result));
    write_centroids(file, clustering);
  }
  if (state.job.tags) {
    write_tags(file, state.tags);
  } else {
    file.var_index(std::vector<std::string>{});
  }
  file.uns(tree);
  file.verify();
}

/// A column of names and one of probabilities for each place.
void write_labels(H5adWriter& file, const ImageTable& images, std::int64_t count) {
  const std::vector<std::string> names(imagenet_classes().begin(), imagenet_classes().end());
  std::int64_t place = 0;
  for (const ImageLabels& labels : top_labels(images.features.view(), count)) {
    const std::string name = label_column(place++);
    file.obs_categorical(name, labels.classes, names);
    file.obs_floats(name + "_probability", labels.probabilities);
  }
}

void write_images(RunState& state, const UnsValue& tree, H5adWriter& file) {
  const ImageTable& images = state.images;
  const RowRange mine = images.partition.owned_by(state.comm.rank());
  std::vector<std::string> ids;
  for (std::int64_t row = mine.begin; row < mine.end; ++row) ids.push_back(fmt::format("image:{}", row));
  file.obs_index(ids);
  // A file's name often is the post's, or holds its account: it is told only where names are.
  if (!state.job.corpus.pseudonyms) {
    file.obs_strings("name", column(images.rows, [](const ImageRow& i) { return i.ref.name; }));
  }
  file.obs_strings("digest", column(images.rows, [](const ImageRow& i) { return i.digest; }));
  file.obs_integers("width", column(images.rows, [](const ImageRow& i) { return i.width; }));
  file.obs_integers("height", column(images.rows, [](const ImageRow& i) { return i.height; }));
  file.obs_integers("posts", column(images.rows, [](const ImageRow& i) { return i.posts; }));
  if (state.job.image->gives_labels()) write_labels(file, images, state.job.image->top_labels);
  for (const FinishedClustering& clustering : state.clusterings) {
    if (clustering.job->of != FeatureKind::image) continue;
    file.obs_categorical(clustering.job->name, clustering.result.labels, clustering.names);
    file.obs_floats(clustering.job->name + "_distance", distances_of(clustering.result));
    write_centroids(file, clustering);
  }
  file.var_index(feature_names(*state.job.image, images.features.columns));
  file.x_dense(images.features.view());
  file.uns(tree);
  file.verify();
}

using Writer = std::unique_ptr<H5adWriter>;

Writer open_posts(RunState& state) {
  const BlockPartition& partition = state.corpus.partition;
  return std::make_unique<H5adWriter>(state.comm, state.out / "posts.h5ad",
                                      partition.owned_by(state.comm.rank()), partition.rows(),
                                      state.tags.vocabulary.size());
}

Writer open_images(RunState& state) {
  const BlockPartition& partition = state.images.partition;
  return std::make_unique<H5adWriter>(state.comm, state.out / "images.h5ad",
                                      partition.owned_by(state.comm.rank()), partition.rows(),
                                      state.images.features.columns);
}

}  // namespace

void run_store(RunState& state) {
  const UnsValue tree = results_tree(state);
  const Writer images = state.job.image ? open_images(state) : nullptr;
  if (images) write_images(state, tree, *images);
  const Writer posts = open_posts(state);
  write_posts(state, tree, *posts);
  // All are complete and verified: from here on the earlier results make room.
  on_root(state.comm, [&] { remove_earlier_results(state.out, state.job); });
  if (images) images->publish();
  posts->publish();
  on_root(state.comm, [&] {
    if (state.thumbnails) state.thumbnails->publish();
  });
  state.quarantine_rows = write_quarantine(state.comm, state.quarantine, state.out / "quarantine.csv");
}

}  // namespace shoal
