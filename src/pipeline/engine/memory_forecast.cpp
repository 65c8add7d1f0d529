// Sums of what each stage holds at its fullest moment. Whoever changes what a stage holds changes its line
// here; tests/system/memory_test.sh compares with what runs take.
#include "pipeline/engine/memory_forecast.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/images/decoding.hpp"
#include "pipeline/images/network.hpp"
#include "shoal/data/image.hpp"
#include "shoal/data/matrix.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// JPEGs of phones have about so many pixels a byte; a decoded one lies there as RGB, and once more as what
/// the decoder and the resizing hold.
constexpr std::int64_t kPixelsPerByte = 8;
constexpr std::int64_t kBytesPerPixel = 6;
/// A row of images.h5ad with its texts.
constexpr std::int64_t kImageRow = 320;
/// Labels, distances, lengths and what else clustering keeps of a row.
constexpr std::int64_t kClusteredRow = 64;
/// Of a row that was clustered: labels of its own and of posts, distances.
constexpr std::int64_t kLabelledRow = 16;
/// A column of results on its way to the file: a text, its copy, and the bytes of both in the file.
constexpr std::int64_t kStoredRow = 240;
/// HDF5, the tree of the results, and what reading back holds.
constexpr std::int64_t kStoring = 20 * kMiB;
/// Names, leading tags and photos of a group, in several shapes.
constexpr std::int64_t kGroup = 4096;

std::int64_t share(std::int64_t all, int ranks) { return (all + ranks - 1) / ranks; }

class Forecast {
 public:
  Forecast(const Job& job, const Backend& backend, const JobSize& size, const RankView& rank)
      : job_(job),
        backend_(backend),
        size_(size),
        rank_(rank),
        posts_(share(size.posts, rank.ranks)),
        images_(share(size.images, rank.ranks)),
        held_(rank.resident) {
    if (!job.image) return;
    network_ = image_network_memory(backend, *job.image, size.images_per_tile, rank.threads);
  }

  std::vector<StageMemory> run() {
    add("read", rank_.peak - rank_.resident);
    if (job_.image) images();
    if (!job_.clusterings.empty()) cluster();
    const std::int64_t rows = std::max(posts_, images_);
    add("store", rows * kStoredRow + kStoring + largest_centroids_);
    return std::move(stages_);
  }

  /// The first of the stages' that has something to say.
  [[nodiscard]] std::string why_no_room() const {
    if (job_.image && job_.image->kind == ImageFeatureKind::vgg) {
      const NetworkSpec spec = image_network_spec(*job_.image, size_.images_per_tile);
      if (std::string why = backend_.why_no_room(spec); !why.empty()) return why;
    }
    for (const ClusterJob& clustering : job_.clusterings) {
      if (std::string why = backend_.why_no_room(shape_of(clustering)); !why.empty()) {
        return fmt::format("clustering '{}': {}", clustering.name, why);
      }
      if (!job_.tags) continue;
      if (std::string why = backend_.why_no_room(sums_of_tags(clustering)); !why.empty()) {
        return fmt::format("the hashtags of clustering '{}': {}", clustering.name, why);
      }
    }
    return {};
  }

 private:
  /// What the posts of each group are about.
  [[nodiscard]] ClusteringShape sums_of_tags(const ClusterJob& clustering) const {
    return {true, posts_, size_.columns, clustering.kmeans.k, true};
  }
  [[nodiscard]] ClusteringShape shape_of(const ClusterJob& clustering) const {
    const bool dense = clustering.of == FeatureKind::image;
    return {!dense, dense ? images_ : posts_, dense ? network_.features : size_.columns, clustering.kmeans.k};
  }

  void add(const std::string& stage, std::int64_t beyond_held) {
    stages_.push_back({stage, held_ + beyond_held});
  }

  void images() {
    const std::int64_t features = images_ * network_.features * static_cast<std::int64_t>(sizeof(float));
    // A tile each is computed by each worker; others are decoded, or wait.
    const auto tiles = network_.workers + static_cast<std::int64_t>(tiles_ahead(network_.workers));
    const std::int64_t side = job_.image->resize;
    const std::int64_t in_work = tiles * size_.images_per_tile * side * side * 3 +
                                 network_.workers * size_.images_per_tile * network_.features *
                                     static_cast<std::int64_t>(sizeof(float));
    // The first rank of a node has the file of weights mapped until the network has its own.
    std::int64_t mapped = 0;
    if (job_.image->kind == ImageFeatureKind::vgg &&
        (rank_.first_of_node || !backend_.uses_weight_memory())) {
      for (const TensorShape& tensor : vgg_tensors(job_.image->vgg.model)) mapped += 4 * tensor.elements();
    }
    const std::int64_t computing = in_work + decoding() + 2 * features + images_ * kImageRow;
    const std::int64_t of_file = std::max<std::int64_t>(mapped - computing, 0);
    add("images", network_.weights + network_.activations + computing + of_file);
    if (backend_.uses_weight_memory()) stages_.back().shared = network_.weights + of_file;
    held_ += features + images_ * kImageRow;
  }

  /// The largest images, should they meet.
  [[nodiscard]] std::int64_t decoding() const {
    std::int64_t bytes = 0;
    for (const std::int64_t size : size_.largest_image_files) {
      const std::int64_t file = std::min(size, static_cast<std::int64_t>(kLargestImageFile));
      bytes += file + std::min(file * kPixelsPerByte, kMaxImagePixels) * kBytesPerPixel;
    }
    return bytes;
  }

  void cluster() {
    std::int64_t most = 0;
    for (const ClusterJob& clustering : job_.clusterings) {
      const ClusteringShape shape = shape_of(clustering);
      const std::int64_t rows = shape.rows;
      const std::int64_t centroids = shape.k * shape.columns * static_cast<std::int64_t>(sizeof(double));
      // This iteration's, the best restart's, the sums, the next ones, and what adding them up over the ranks
      // or packing them takes: six times the centroids, as measured.
      const std::int64_t copy =
          shape.sparse ? 0 : rows * shape.columns * static_cast<std::int64_t>(sizeof(float));
      const std::int64_t of_backend = backend_.clustering_memory(shape);
      most = std::max(most, kept_ + 6 * centroids + rows * kClusteredRow + copy + of_backend);
      if (job_.tags) most = std::max(most, kept_ + centroids + rows * kClusteredRow + describing(clustering));
      kept_ += centroids + rows * kLabelledRow + clustering.kmeans.k * kGroup;
      largest_centroids_ = std::max(largest_centroids_, centroids);
    }
    add("cluster", most);
    held_ += kept_;
  }

  /// Sums of the hashtags of each group's posts, and as they are added up over the ranks.
  [[nodiscard]] std::int64_t describing(const ClusterJob& clustering) const {
    const std::int64_t k = clustering.kmeans.k;
    return 2 * k * size_.columns * static_cast<std::int64_t>(sizeof(std::int64_t)) +
           backend_.clustering_memory(sums_of_tags(clustering));
  }

  const Job& job_;
  const Backend& backend_;
  const JobSize& size_;
  const RankView& rank_;
  std::int64_t posts_;
  std::int64_t images_;
  std::int64_t held_;  ///< from stage to stage
  std::int64_t kept_ = 0;
  std::int64_t largest_centroids_ = 0;
  NetworkMemory network_;
  std::vector<StageMemory> stages_;
};

}  // namespace

std::vector<StageMemory> forecast_memory(const Job& job, const Backend& backend, const JobSize& size,
                                         const RankView& rank) {
  return Forecast(job, backend, size, rank).run();
}

std::string why_no_room(const Job& job, const Backend& backend, const JobSize& size, const RankView& rank) {
  return Forecast(job, backend, size, rank).why_no_room();
}

std::int64_t forecast_reading(const ReadingSize& size, std::int64_t bytes_of_rank, const RankView& rank) {
  // Each thread holds a file and the parser's copy of it. Posts are held as they are; on their way they are
  // packed twice, while their ids are compared and their places made.
  const std::int64_t files = 2 * rank.threads * size.largest_file;
  const double posts =
      static_cast<double>(bytes_of_rank) * (1.3 * size.memory_per_byte + 2.5 * size.packed_per_byte);
  return rank.resident + std::min(files, 2 * bytes_of_rank) + static_cast<std::int64_t>(posts);
}

std::int64_t needed_on_node(const std::vector<StageMemory>& first_of_node, int ranks) {
  std::int64_t most = 0;
  for (const StageMemory& stage : first_of_node) {
    most = std::max(most, ranks * (stage.bytes - stage.shared) + stage.shared);
  }
  return most;
}

const StageMemory& largest_stage(const std::vector<StageMemory>& stages) {
  return *std::max_element(stages.begin(), stages.end(),
                           [](const StageMemory& a, const StageMemory& b) { return a.bytes < b.bytes; });
}

std::string memory_text(std::int64_t bytes) {
  const auto mib = static_cast<double>(bytes) / static_cast<double>(kMiB);
  return mib < 1024.0 ? fmt::format("{:.0f} MiB", mib) : fmt::format("{:.2f} GiB", mib / 1024.0);
}

}  // namespace shoal
