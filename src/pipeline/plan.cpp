// The cheap stages are run, the others forecast.
#include "shoal/pipeline/plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/memory_check.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/images/network.hpp"
#include "pipeline/images/precision.hpp"
#include "pipeline/images/seconds.hpp"
#include "pipeline/job/load.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Of a post in posts.h5ad beside its hashtags (130 with short names, up to this with long ones), and of an
/// image in images.h5ad beside its features.
constexpr std::int64_t kStoredPost = 200;
constexpr std::int64_t kStoredImage = 160;
/// Of a hashtag of a post, and of one in the vocabulary.
constexpr std::int64_t kStoredEntry = 8;
constexpr std::int64_t kStoredColumn = 80;

struct BytesWritten {
  std::int64_t posts = 0;
  std::int64_t images = 0;
  std::int64_t journal = 0;
};

BytesWritten bytes_written(RunState& state, const JobSize& size, std::int64_t features) {
  BytesWritten bytes;
  const std::int64_t entries = state.comm.sum(static_cast<std::int64_t>(state.tags.rows.indices.size()));
  bytes.posts = size.posts * kStoredPost + entries * kStoredEntry + size.columns * kStoredColumn;
  bytes.images = size.images * (features * 4 + kStoredImage);
  bytes.journal = bytes.images;
  for (const ClusterJob& job : state.job.clusterings) {
    const std::int64_t columns = job.of == FeatureKind::tags ? size.columns : features;
    const std::int64_t centroids = job.kmeans.k * columns * 8;
    (job.of == FeatureKind::tags ? bytes.posts : bytes.images) += centroids;
    bytes.journal += 2 * centroids;
  }
  return bytes;
}

std::string duration_text(double seconds) {
  if (seconds < 120.0) return fmt::format("{:.0f} s", seconds);
  if (seconds < 7200.0) return fmt::format("{:.0f} minutes", seconds / 60.0);
  return fmt::format("{:.1f} hours", seconds / 3600.0);
}

std::string size_lines(RunState& state, const JobSize& size, const PlanShape& shape) {
  std::string text = fmt::format("job '{}' on {} rank{} of {} thread{}, {} a node\n", state.job.name,
                                 shape.ranks, shape.ranks == 1 ? "" : "s", state.threads,
                                 state.threads == 1 ? "" : "s", shape.ranks_per_node);
  text += fmt::format("{} posts, {} tags in the vocabulary, {} images in {} tiles\n", size.posts,
                      size.columns, size.images, (size.images + state.tile_images - 1) / state.tile_images);
  return text + fmt::format("a rank owns up to {} posts and {} images\n",
                            (size.posts + shape.ranks - 1) / shape.ranks,
                            (size.images + shape.ranks - 1) / shape.ranks);
}

std::string memory_lines(const std::vector<StageMemory>& stages) {
  std::string text = "memory of a rank\n";
  for (const StageMemory& stage : stages)
    text += fmt::format(
        "  {:<8} {}{}\n", stage.stage, memory_text(stage.bytes),
        stage.shared > 0 ? fmt::format(", {} of it for all ranks of a node", memory_text(stage.shared)) : "");
  return text;
}

fs::path nearest_folder(fs::path path) {
  path = fs::absolute(path);
  std::error_code error;
  while (!fs::is_directory(path, error) && path.has_relative_path()) path = path.parent_path();
  return path;
}

/// Whether the results fit onto the disk that they go to; a line about it.
bool room_on_disk(const fs::path& out, const BytesWritten& bytes, std::string& text) {
  const std::int64_t all = bytes.posts + bytes.images + bytes.journal;
  text += fmt::format("written    at most: posts.h5ad {}, images.h5ad {}, journal {}\n",
                      memory_text(bytes.posts), memory_text(bytes.images), memory_text(bytes.journal));
  std::error_code error;
  const auto space = fs::space(nearest_folder(out), error);
  if (error || space.available >= static_cast<std::uintmax_t>(all)) return true;
  text += fmt::format("the disk of '{}' has {} left: not enough\n", out.string(),
                      memory_text(static_cast<std::int64_t>(space.available)));
  return false;
}

/// The rank that holds most. The same on all ranks. Collective.
RankView largest_rank(RunState& state) {
  RankView view = view_of_rank(state);
  view.resident = state.comm.max(view.resident);
  view.peak = state.comm.max(view.peak);
  view.first_of_node = true;
  return view;
}

/// Whether so many ranks fit onto a node; lines about it.
bool room_in_memory(const RunState& state, const JobSize& size, const RankView& rank, const PlanShape& shape,
                    std::int64_t there, std::string& text) {
  const auto node = [&](int ranks, int per_node) {
    return needed_on_node(forecast_among(state, size, rank, ranks), per_node);
  };
  text += memory_lines(forecast_among(state, size, rank, shape.ranks));
  const std::int64_t needed = node(shape.ranks, shape.ranks_per_node);
  const bool fits = needed <= there;
  text += fmt::format("a node     needs {} and has {}: {}\n", memory_text(needed), memory_text(there),
                      fits ? "it fits" : "it does not fit");
  if (fits) return true;
  const auto fitting = find_fitting(shape.ranks_per_node,
                                    [&](int ranks, int per_node) { return node(ranks, per_node) <= there; });
  text += fmt::format("           {}\n", advice(fitting));
  return false;
}

}  // namespace

PlanSummary plan_job(Communicator& comm, const RunOptions& options, const PlanShape& asked) {
  LoadedJob loaded = load_job(comm, options.job_file);
  const Job& job = loaded.job;
  const int threads = threads_of_rank(comm, options.threads);
  const auto backend = make_backend(comm, options.device, job, threads, agree_on_level(comm, job));
  check_weights(comm, job);
  settle_precision(comm, *backend, loaded.job, std::nullopt);
  RunState state{comm,
                 *backend,
                 job,
                 {},
                 threads,
                 images_of_tile(comm, *backend, job),
                 resident_memory(),
                 options.memory_of_node};
  run_read(state);
  if (job.tags) run_tags(state);
  if (job.image) run_index(state);
  // As a run does after each stage.
  give_back_freed_memory();
  const JobSize size = size_of_job(state);
  const RankView rank = largest_rank(state);
  const std::int64_t there = memory_there(state);
  PlanShape shape{asked.ranks > 0 ? asked.ranks : comm.size(), asked.ranks_per_node};
  if (shape.ranks_per_node == 0) shape.ranks_per_node = std::min(shape.ranks, comm.node_size());

  PlanSummary summary;
  summary.text = size_lines(state, size, shape);
  summary.fits = room_in_memory(state, size, rank, shape, there, summary.text);
  // By how many ranks share a GPU here.
  RankView planned = rank;
  planned.ranks = shape.ranks;
  bool room_of_backend = true;
  for (const std::string& why : all_gather_objects(comm, why_no_room(job, *backend, size, planned))) {
    if (why.empty() || !room_of_backend) continue;
    summary.text += fmt::format("           {}\n", why);
    summary.fits = room_of_backend = false;
  }
  NetworkMemory network;
  if (job.image) {
    network = image_network_memory(*backend, *job.image, state.tile_images, threads);
  }
  const BytesWritten bytes = bytes_written(state, size, network.features);
  if (!room_on_disk(options.out.value_or(fs::path("out") / job.name), bytes, summary.text))
    summary.fits = false;
  if (job.image && size.images > 0 && room_of_backend) {
    on_root(comm, [&] {
      const ImageTimes tile = time_one_tile(state);
      const Computes computes = backend->engine().empty() ? Computes::by_threads : Computes::by_gpu;
      summary.text +=
          fmt::format("time       image features about {}, from one tile on one thread of rank 0\n",
                      duration_text(seconds_for_images(tile, size.images, state.tile_images, shape.ranks,
                                                       threads, computes)));
    });
  }
  return summary;
}

}  // namespace shoal
