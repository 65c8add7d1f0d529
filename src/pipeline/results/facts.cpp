// From the state to the tree that readers and the report find.
#include "pipeline/results/facts.hpp"

#include <algorithm>

#include "shoal/base/version.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kFormat = 1;

UnsValue accounting_of(RunState& state) {
  const Accounting& counts = state.corpus.accounting;
  const auto values =
      std::count_if(state.quarantine.begin(), state.quarantine.end(),
                    [](const QuarantineRow& row) { return row.kind == QuarantineKind::value; });
  UnsValue tree;
  tree["read"] = counts.read;
  tree["kept"] = counts.kept;
  tree["filtered"] = counts.filtered;
  tree["merged"] = counts.merged;
  tree["quarantined"] = counts.quarantined;
  tree["values_quarantined"] = state.comm.sum(static_cast<std::int64_t>(values));
  tree["files"] = state.corpus.files;
  return tree;
}

UnsValue images_of(RunState& state) {
  const ImageTable& images = state.images;
  const auto present = std::count(images.post_state.begin(), images.post_state.end(), ImageState::present);
  UnsValue tree;
  tree["named"] = images.named;
  tree["rows"] = images.partition.rows();
  tree["missing"] = images.missing;
  tree["unreadable"] = images.unreadable;
  tree["posts_with_image"] = state.comm.sum(static_cast<std::int64_t>(present));
  return tree;
}

UnsValue weights_of(const RunState& state) {
  UnsValue tree;
  tree["model"] = state.job.image->vgg.model;
  tree["layer"] = state.job.image->vgg.layer;
  tree["side"] = state.job.image->resize;
  tree["digest"] = state.weights->digest;
  tree["origin"] = state.weights->origin;
  tree["trained"] = state.weights->trained;
  return tree;
}

UnsValue tags_of(const RunState& state) {
  UnsValue tree;
  tree["vocabulary"] = state.tags.vocabulary.size();
  tree["posts_with_tags"] = state.tags.posts_with_tags;
  return tree;
}

void add_leading_tags(UnsValue& tree, const RunState& state, const FinishedClustering& clustering) {
  const auto count = static_cast<std::size_t>(state.job.report.top_tags);
  std::vector<std::string> tags;
  std::vector<double> weights;
  for (const auto& group : clustering.tags) {
    for (std::size_t i = 0; i < count; ++i) {
      const bool there = i < group.size();
      tags.push_back(there ? state.tags.vocabulary.tags()[static_cast<std::size_t>(group[i].column)] : "");
      weights.push_back(there ? group[i].mean : 0.0);
    }
  }
  const std::vector<std::int64_t> shape{static_cast<std::int64_t>(clustering.tags.size()),
                                        state.job.report.top_tags};
  tree["top_tags"] = UnsArray<std::string>(std::move(tags), shape);
  tree["top_tag_weights"] = UnsArray<double>(std::move(weights), shape);
}

UnsValue exemplars_of(const RunState& state, const FinishedClustering& clustering) {
  const auto count = static_cast<std::size_t>(state.job.report.photos);
  std::vector<std::int64_t> rows;
  for (auto group : clustering.exemplars) {
    group.resize(count, -1);
    rows.insert(rows.end(), group.begin(), group.end());
  }
  return UnsArray<std::int64_t>(std::move(rows), {clustering.job->kmeans.k, state.job.report.photos});
}

UnsValue clustering_tree(const RunState& state, const FinishedClustering& clustering) {
  const ClusterJob& job = *clustering.job;
  const KMeansResult& result = clustering.result;
  const bool posts = job.of == FeatureKind::tags;
  const std::int64_t rows = posts ? state.corpus.partition.rows() : state.images.partition.rows();
  const std::int64_t largest = *std::max_element(result.sizes.begin(), result.sizes.end());
  UnsValue tree;
  tree["of"] = posts ? "tags" : "image";
  tree["rows"] = posts ? "posts" : "images";
  tree["method"] = "kmeans";
  tree["k"] = job.kmeans.k;
  tree["n_init"] = job.kmeans.n_init;
  tree["max_iter"] = job.kmeans.max_iter;
  tree["tol"] = job.kmeans.tol;
  tree["seed"] = static_cast<std::int64_t>(job.kmeans.seed);
  tree["restart"] = result.restart;
  tree["iterations"] = result.iterations;
  tree["inertia"] = result.inertia;
  tree["labelled"] = result.labelled;
  tree["unlabelled"] = rows - result.labelled;
  tree["tied"] = result.tied;
  tree["largest_share"] = static_cast<double>(largest) / static_cast<double>(result.labelled);
  tree["names"] = clustering.names;
  tree["sizes"] = result.sizes;
  add_leading_tags(tree, state, clustering);
  tree["exemplars"] = exemplars_of(state, clustering);
  return tree;
}

}  // namespace

UnsValue results_tree(RunState& state) {
  UnsValue tree;
  tree["version"] = kVersion;
  tree["format"] = kFormat;
  tree["name"] = state.job.name;
  tree["seed"] = static_cast<std::int64_t>(state.job.seed);
  tree["job"] = canonical_json(state.job);
  tree["numeric"] = state.numeric_identity();
  tree["accounting"] = accounting_of(state);
  tree["inputs"]["digest"] = to_hex(state.corpus.digest);
  tree["inputs"]["bytes"] = state.corpus.bytes;
  if (state.pseudonym_key) tree["pseudonym_key"] = to_hex(*state.pseudonym_key);
  if (state.job.tags) tree["tags"] = tags_of(state);
  if (state.job.image) tree["images"] = images_of(state);
  if (state.weights) tree["weights"] = weights_of(state);
  UnsValue clusterings;
  std::int64_t position = 0;
  for (const FinishedClustering& clustering : state.clusterings) {
    UnsValue& facts = clusterings[clustering.job->name];
    facts = clustering_tree(state, clustering);
    // A map is in order of its names; readers show clusterings in the order of the job.
    facts["position"] = position++;
  }
  tree["clusterings"] = clusterings;
  return tree;
}

}  // namespace shoal
