// One thread reads and decodes tiles ahead; one thread per network worker computes them.
#include "image_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <filesystem>
#include <map>
#include <mutex>
#include <thread>

#include "shoal/base/bounded_queue.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/preprocess.hpp"

namespace shoal {
namespace {

/// A tile ready for the network. Places of images that cannot be read stay black.
struct DecodedTile {
  std::vector<std::uint8_t> pixels;  ///< (images, side, side, 3)
  std::vector<ImageRow> rows;        ///< of the images that could be read
  std::vector<std::int64_t> places;  ///< of these, in the tile
};

struct ComputedTile {
  std::vector<ImageRow> rows;
  std::vector<float> features;
};

class FeaturePipeline {
 public:
  FeaturePipeline(Network& network, const std::vector<ImageCandidate>& candidates,
                  const std::vector<std::string>& folders, const TileShape& shape)
      : network_(network),
        candidates_(candidates),
        folders_(folders),
        shape_(shape),
        tiles_(split_into_tiles()),
        queue_(static_cast<std::size_t>(network.workers()) + 1) {}

  ComputedImages run() {
    {
      std::vector<std::jthread> threads;
      try {
        start(threads);
      } catch (...) {
        // Threads that did start must not wait for those that could not.
        queue_.close();
        throw;
      }
    }
    if (error_) std::rethrow_exception(error_);
    return collect();
  }

 private:
  using Tile = std::span<const ImageCandidate>;

  void start(std::vector<std::jthread>& threads) {
    threads.emplace_back([this] { guarded([this] { decode_all(); }); });
    for (int worker = 0; worker < network_.workers(); ++worker) {
      threads.emplace_back([this, worker] { guarded([this, worker] { compute_all(worker); }); });
    }
  }

  [[nodiscard]] std::vector<Tile> split_into_tiles() const {
    std::vector<Tile> tiles;
    for (std::size_t begin = 0; begin < candidates_.size();) {
      std::size_t end = begin + 1;
      const std::int64_t number = candidates_[begin].number / shape_.images;
      while (end < candidates_.size() && candidates_[end].number / shape_.images == number) ++end;
      tiles.push_back(Tile(candidates_).subspan(begin, end - begin));
      begin = end;
    }
    return tiles;
  }

  /// Runs a thread's work; its error ends the others and is kept for the caller.
  template <class Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
      queue_.close();
    }
  }

  void decode_all() {
    for (const Tile& tile : tiles_) {
      leave_if_stop_requested();
      if (!queue_.push(decode(tile))) return;
    }
    queue_.close();
  }

  DecodedTile decode(const Tile& tile) {
    const auto image_bytes = static_cast<std::size_t>(shape_.side * shape_.side * 3);
    DecodedTile decoded;
    decoded.pixels.resize(static_cast<std::size_t>(shape_.images) * image_bytes);
    for (const ImageCandidate& candidate : tile) {
      const std::int64_t place = candidate.number % shape_.images;
      try {
        decoded.rows.push_back(
            decode(candidate, decoded.pixels.data() + static_cast<std::size_t>(place) * image_bytes));
        decoded.places.push_back(place);
      } catch (const InputError& error) {
        const std::lock_guard lock(mutex_);
        quarantine_.push_back({QuarantineKind::image, candidate.ref.name, -1, "images",
                               without_path(error.what(), path_of(candidate))});
      }
    }
    return decoded;
  }

  [[nodiscard]] std::filesystem::path path_of(const ImageCandidate& candidate) const {
    return std::filesystem::path(folders_[static_cast<std::size_t>(candidate.ref.folder)]) /
           candidate.ref.name;
  }

  [[nodiscard]] ImageRow decode(const ImageCandidate& candidate, std::uint8_t* pixels) const {
    const auto bytes = read_file(path_of(candidate), kLargestImageFile);
    const RgbImage image = decode_image(bytes);
    const RgbImage square = preprocess_torchvision(image, static_cast<int>(shape_.side));
    std::copy(square.pixels.begin(), square.pixels.end(), pixels);
    return {candidate.number, candidate.ref.name, candidate.ref.folder, to_hex(sha256(bytes)),
            image.width,      image.height,       candidate.posts};
  }

  void compute_all(int worker) {
    const auto width = static_cast<std::size_t>(network_.features());
    std::vector<float> output(static_cast<std::size_t>(shape_.images) * width);
    while (auto tile = queue_.pop()) {
      leave_if_stop_requested();
      if (!tile->rows.empty()) network_.forward(tile->pixels, output, worker);
      ComputedTile computed{std::move(tile->rows), {}};
      for (const std::int64_t place : tile->places) {
        const auto first = output.begin() + place * static_cast<std::ptrdiff_t>(width);
        computed.features.insert(computed.features.end(), first, first + static_cast<std::ptrdiff_t>(width));
      }
      keep(std::move(computed));
    }
  }

  void keep(ComputedTile tile) {
    const std::lock_guard lock(mutex_);
    ++done_;
    log::progress(fmt::format("image features: {} of {} tiles of rank 0", done_, tiles_.size()),
                  done_ == tiles_.size());
    if (!tile.rows.empty()) computed_.emplace(tile.rows.front().candidate, std::move(tile));
  }

  ComputedImages collect() {
    ComputedImages all;
    all.quarantine = std::move(quarantine_);
    all.tiles = static_cast<std::int64_t>(tiles_.size());
    for (auto& [first, tile] : computed_) {
      std::move(tile.rows.begin(), tile.rows.end(), std::back_inserter(all.rows));
      all.features.insert(all.features.end(), tile.features.begin(), tile.features.end());
      tile.features = {};
    }
    return all;
  }

  Network& network_;
  const std::vector<ImageCandidate>& candidates_;
  const std::vector<std::string>& folders_;
  TileShape shape_;
  std::vector<Tile> tiles_;
  BoundedQueue<DecodedTile> queue_;
  std::mutex mutex_;
  std::exception_ptr error_;
  std::size_t done_ = 0;
  std::map<std::int64_t, ComputedTile>
      computed_;  ///< by first candidate: the order does not depend on threads
  std::vector<QuarantineRow> quarantine_;
};

}  // namespace

ComputedImages compute_image_features(Network& network, const std::vector<ImageCandidate>& candidates,
                                      const std::vector<std::string>& folders, const TileShape& shape) {
  return FeaturePipeline(network, candidates, folders, shape).run();
}

}  // namespace shoal
