// The threads of one rank, and the queue of decoded tiles between them.
#include "image_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "image_pixels.hpp"
#include "shoal/base/bounded_queue.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// A tile ready for the network. Places of images that cannot be read stay black.
struct DecodedTile {
  TileCandidates candidates;
  std::vector<std::uint8_t> pixels;  ///< (images, side, side, 3)
  std::vector<std::int64_t> places;  ///< of tile.rows
  ImageTile tile;                    ///< without features so far
  bool handed_out = false;           ///< by the exchange, which is told when it is finished
};

class FeaturePipeline {
 public:
  FeaturePipeline(Network& network, const ImageReader& images, const ImageFeatures& settings,
                  const TileTraffic& traffic)
      : network_(network),
        images_(images),
        settings_(settings),
        traffic_(traffic),
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
  void start(std::vector<std::jthread>& threads) {
    threads.emplace_back([this] { guarded([this] { decode_all(); }); });
    threads.emplace_back([this] { guarded([this] { fetch_all(); }); });
    for (int worker = 0; worker < network_.workers(); ++worker) {
      threads.emplace_back([this, worker] { guarded([this, worker] { compute_all(worker); }); });
    }
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
      // A tile that failed is never finished, and what waits for a free worker would wait for ever.
      traffic_.exchange.cancel();
    }
  }

  void decode_all() {
    while (const auto description = traffic_.exchange.next()) {
      leave_if_stop_requested();
      DecodedTile tile = decode(deserialize_object<TileCandidates>(*description));
      tile.handed_out = true;
      if (!queue_.push(std::move(tile))) return;
    }
    one_source_is_dry();
  }

  /// What an earlier run has finished; what is damaged of it joins the tiles to compute.
  void fetch_all() {
    for (const JournaledTile& journaled : traffic_.journaled) {
      leave_if_stop_requested();
      std::vector<std::string> damage;
      if (const auto bytes = traffic_.segments.read(journaled.place, damage)) {
        keep(journaled.candidates, unpack_tile(*bytes, journaled.candidates), reused_);
        continue;
      }
      for (const std::string& sentence : damage) log::warning("{}; the tile is computed again", sentence);
      if (!queue_.push(decode(journaled.candidates))) return;
    }
    one_source_is_dry();
  }

  void one_source_is_dry() {
    if (--sources_ == 0) queue_.close();
  }

  DecodedTile decode(TileCandidates candidates) const {
    const auto image_bytes = static_cast<std::size_t>(settings_.resize * settings_.resize * 3);
    DecodedTile decoded;
    decoded.pixels.resize(static_cast<std::size_t>(kTileImages) * image_bytes);
    for (const ImageCandidate& candidate : candidates) {
      const std::int64_t place = candidate.number % kTileImages;
      try {
        decoded.tile.rows.push_back(
            decode(candidate, decoded.pixels.data() + static_cast<std::size_t>(place) * image_bytes));
        decoded.places.push_back(place);
      } catch (const InputError& error) {
        decoded.tile.quarantine.push_back({QuarantineKind::image, candidate.ref.name, -1, "images",
                                           without_path(error.what(), images_.place_of(candidate.ref))});
      }
    }
    decoded.candidates = std::move(candidates);
    return decoded;
  }

  [[nodiscard]] ImageRow decode(const ImageCandidate& candidate, std::uint8_t* pixels) const {
    const auto bytes = images_.read(candidate.ref);
    const RgbImage image = decode_for(settings_, bytes);
    const RgbImage square = square_for(settings_, image);
    std::copy(square.pixels.begin(), square.pixels.end(), pixels);
    return {candidate.number, candidate.ref, to_hex(sha256(bytes)),
            image.width,      image.height,  candidate.posts};
  }

  void compute_all(int worker) {
    const auto width = static_cast<std::size_t>(network_.features());
    std::vector<float> output(static_cast<std::size_t>(kTileImages) * width);
    while (auto decoded = queue_.pop()) {
      leave_if_stop_requested();
      std::call_once(first_tile_, [] {
        log::event("first_tile", {{"milliseconds_since_start", log::milliseconds_since_start()}});
      });
      ImageTile& tile = decoded->tile;
      if (!tile.rows.empty()) network_.forward(decoded->pixels, output, worker);
      for (const std::int64_t place : decoded->places) {
        const auto first = output.begin() + place * static_cast<std::ptrdiff_t>(width);
        tile.features.insert(tile.features.end(), first, first + static_cast<std::ptrdiff_t>(width));
      }
      append_to_journal(decoded->candidates, tile);
      keep(decoded->candidates, std::move(tile), computed_);
      if (decoded->handed_out) traffic_.exchange.finished();
    }
  }

  void append_to_journal(const TileCandidates& candidates, const ImageTile& tile) {
    const auto start = std::chrono::steady_clock::now();
    traffic_.journal.append(candidates.front().number / kTileImages, input_of(candidates),
                            {static_cast<std::int64_t>(tile.rows.size()), network_.features()}, pack(tile));
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    const std::lock_guard lock(mutex_);
    journal_seconds_ += seconds.count();
  }

  void keep(const TileCandidates& candidates, ImageTile tile, std::int64_t& count) {
    const std::lock_guard lock(mutex_);
    ++count;
    tiles_.emplace(candidates.front().number, std::move(tile));
  }

  ComputedImages collect() {
    ComputedImages all;
    all.computed = computed_;
    all.reused = reused_;
    all.journal_seconds = journal_seconds_;
    all.width = network_.features();
    std::size_t numbers = 0;
    for (const auto& [first, tile] : tiles_) numbers += tile.features.size();
    all.features.reserve(numbers);
    for (auto& [first, tile] : tiles_) {
      std::move(tile.rows.begin(), tile.rows.end(), std::back_inserter(all.rows));
      std::move(tile.quarantine.begin(), tile.quarantine.end(), std::back_inserter(all.quarantine));
      all.features.insert(all.features.end(), tile.features.begin(), tile.features.end());
      tile = {};
    }
    // A tile is a small block: freed, it would stay with the process, and there are as many of them again.
    give_back_freed_memory();
    return all;
  }

  Network& network_;
  const ImageReader& images_;
  const ImageFeatures& settings_;
  const TileTraffic& traffic_;
  BoundedQueue<DecodedTile> queue_;
  std::atomic<int> sources_{2};
  std::once_flag first_tile_;
  std::mutex mutex_;
  std::exception_ptr error_;
  std::int64_t computed_ = 0;
  std::int64_t reused_ = 0;
  double journal_seconds_ = 0.0;
  std::map<std::int64_t, ImageTile> tiles_;  ///< by first candidate: the order does not depend on threads
};

}  // namespace

ComputedImages compute_image_features(Network& network, const ImageReader& images,
                                      const ImageFeatures& settings, const TileTraffic& traffic) {
  return FeaturePipeline(network, images, settings, traffic).run();
}

}  // namespace shoal
