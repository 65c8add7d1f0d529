// What the pass takes. Whoever changes what it holds changes its lines here; tests/system/memory_test.sh
// compares.
#include <algorithm>

#include "pipeline/images/decoding.hpp"
#include "pipeline/stages/features/images.hpp"
#include "shoal/comm/stream_to_root.hpp"

namespace shoal {
namespace {

/// A row of images.h5ad with its texts.
constexpr std::int64_t kImageRow = 320;
/// Of a row in images.h5ad and in the journal, beside its features.
constexpr std::int64_t kStoredImage = 160;
/// Of an image in missing-images.csv, in two copies.
constexpr std::int64_t kToldImage = 256;
/// Of a slide: the row that its post is linked to, and its number; in the file, and in memory.
constexpr std::int64_t kStoredSlide = 8;
constexpr std::int64_t kLinkedSlide = 16;
/// Of an image: where it is shown first.
constexpr std::int64_t kStoredPlace = 16;

}  // namespace

/// What the sets of a pass take together.
struct ImagePassStage::PassMemory {
  std::int64_t weights = 0;
  std::int64_t activations = 0;
  std::int64_t features = 0;          ///< bytes of an image's, of all sets
  std::int64_t largest_features = 0;  ///< of the largest set
  std::int64_t pixels = 0;            ///< of an image of the pass
  std::int64_t images = 1;            ///< of an order
  std::int64_t outputs = 0;           ///< of a worker
  std::int64_t mapped = 0;            ///< of the file of weights that is mapped while its network is made
  std::int64_t workers = 1;
  bool as_stored = false;
  bool upright = false;
  std::int64_t views = 1;  ///< of a decoded image: as it is stored, upright

  void add(const ImageSettings& settings, std::int64_t tile_images, const NetworkMemory& network) {
    const std::int64_t bytes = network.features * static_cast<std::int64_t>(sizeof(float));
    weights += network.weights;
    activations += network.activations;
    features += bytes;
    largest_features = std::max(largest_features, bytes);
    pixels += static_cast<std::int64_t>(settings.image_bytes());
    images = std::max(images, tile_images);
    outputs = std::max(outputs, tile_images * bytes);
    workers = std::max<std::int64_t>(workers, network.workers);
    (settings.exif_orientation ? upright : as_stored) = true;
    views = as_stored && upright ? 2 : 1;
    if (!settings.has_network()) return;
    std::int64_t file = 0;
    for (const TensorShape& tensor : vgg_tensors(settings.vgg.model)) file += 4 * tensor.elements();
    mapped = std::max(mapped, file);
  }
};

ImagePassStage::PassMemory ImagePassStage::memory(const Run& run, Sizes& sizes, Cost& cost) const {
  const std::int64_t rows = sizes.rows_of_rank("images");
  PassMemory pass;
  for (const ImageSet& set : sets_) {
    const NetworkMemory network =
        image_network_memory(run.backend, set.settings, set.tile_images, sizes.rank.threads);
    pass.add(set.settings, set.tile_images, network);
    sizes.sets[set.entry.name] = {
        "images", false, network.features, sizes.rows.at("images"), "images", index_.why_none()};
    if (!set.settings.gives_labels()) {
      cost.releasable[set.given()] = rows * network.features * static_cast<std::int64_t>(sizeof(float));
    }
    if (!set.settings.has_network() || !cost.why_no_room.empty()) continue;
    cost.why_no_room = run.backend.why_no_room(image_network_spec(set.settings, set.tile_images));
  }
  return pass;
}

Cost ImagePassStage::cost(const Run& run, Sizes& sizes) const {
  if (!sizes.rows.contains("images")) return {};
  const std::int64_t candidates = sizes.rows.at("images");
  const std::int64_t rows = sizes.rows_of_rank("images");
  Cost cost;
  const PassMemory pass = memory(run, sizes, cost);
  // A tile each is computed by each worker; others are decoded, or wait.
  const auto tiles = pass.workers + static_cast<std::int64_t>(tiles_ahead(static_cast<int>(pass.workers)));
  const std::int64_t fetching =
      2 * decoding_threads(sizes.rank.threads) * pass.outputs;  // a record, and its tile
  const std::int64_t in_work = tiles * pass.images * pass.pixels + pass.workers * pass.outputs + fetching;
  // Features lie there twice while they move to their owners, set by set; each set's tiles tell their rows.
  const std::int64_t features = rows * (pass.features + pass.largest_features);
  const std::int64_t decoding = pass.views * memory_of_decoding(index_.largest_files());
  const std::int64_t computing = in_work + decoding + features + rows * kImageRow * std::ssize(sets_);
  // The first rank of a node has the file of weights mapped until the network has its own.
  const bool maps = sizes.rank.first_of_node || !run.backend.uses_weight_memory();
  const std::int64_t of_file = maps ? std::max<std::int64_t>(pass.mapped - computing, 0) : 0;
  cost.peak = pass.weights + pass.activations + computing + of_file;
  cost.shared = run.backend.uses_weight_memory() ? pass.weights + of_file : 0;
  cost.kept = rows * (pass.features + kImageRow);
  const std::int64_t posts = sizes.rows.contains("posts") ? sizes.rows.at("posts") : 0;
  const std::int64_t slides = all_slides_ ? index_.slides() : posts;
  if (all_slides_) {
    sizes.linked += slides;
    cost.kept += sizes.of_rank(slides) * kLinkedSlide;
    cost.written["posts.h5ad"] =
        slides * kStoredSlide + posts * static_cast<std::int64_t>(sizeof(std::int64_t));
  }
  // The digest of all images, and the images that are missing, pass rank 0 window by window.
  cost.peak =
      std::max(cost.peak, cost.kept + sizes.of_rank(slides) * kToldImage + kStreamCopies * kStreamWindow);
  cost.written["images.h5ad"] =
      candidates * (pass.features + kStoredImage + (all_slides_ ? kStoredPlace : 0));
  cost.written["journal"] = candidates * (pass.features + kStoredImage * std::ssize(sets_));
  return cost;
}

}  // namespace shoal
