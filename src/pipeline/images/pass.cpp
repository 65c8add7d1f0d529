// The threads of one rank, and what becomes of a decoded tile.
#include "pipeline/images/pass.hpp"

#include <fmt/format.h>

#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include "pipeline/images/decoder.hpp"
#include "pipeline/images/decoding.hpp"
#include "pipeline/images/stopwatch.hpp"
#include "pipeline/tiles/source.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

class FeaturePipeline {
 public:
  FeaturePipeline(Network& network, const ImageReader& images, const ImageFeatures& settings,
                  const TileTraffic& traffic, int decoders)
      : network_(network),
        traffic_(traffic),
        decoders_(decoders),
        source_(traffic.exchange),
        decoding_([this] { return source_.next(); }, image_decoder(images, settings, watch_),
                  {network.tile_images(), static_cast<std::size_t>(settings.resize * settings.resize * 3)},
                  tiles_ahead(network.workers()), watch_) {}

  ComputedImages run() {
    {
      std::vector<std::jthread> threads;
      try {
        start(threads);
      } catch (...) {
        // Threads that did start must not wait for those that could not.
        end_all();
        throw;
      }
    }
    if (error_) std::rethrow_exception(error_);
    return collect();
  }

 private:
  void start(std::vector<std::jthread>& threads) {
    const auto add = [&](auto work) { threads.emplace_back([this, work] { guarded(work); }); };
    for (int decoder = 0; decoder < decoders_; ++decoder) add([this] { decoding_.decode_all(); });
    add([this] { fetch_all(); });
    for (int worker = 0; worker < network_.workers(); ++worker) add([this, worker] { compute_all(worker); });
  }

  /// Runs a thread's work; its error ends the others and is kept for the caller: the first, but a cause
  /// before its consequences.
  template <class Work>
  void guarded(const Work& work) {
    try {
      work();
    } catch (const FailureElsewhere&) {
      end_with(std::current_exception(), true);
    } catch (...) {
      end_with(std::current_exception(), false);
    }
  }
  void end_with(const std::exception_ptr& error, bool is_consequence) {
    {
      const std::lock_guard lock(mutex_);
      if (!error_ || (error_is_consequence_ && !is_consequence)) {
        error_ = error;
        error_is_consequence_ = is_consequence;
      }
    }
    end_all();
  }

  /// A tile that failed is never finished, and what waits for a free worker would wait for ever.
  void end_all() {
    decoding_.close();
    source_.cancel();
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
      source_.add_damaged(journaled.candidates);
    }
    source_.journal_is_read();
  }

  void compute_all(int worker) {
    std::vector<float> output(static_cast<std::size_t>(network_.tile_images() * network_.features()));
    while (auto decoded = decoding_.next()) {
      leave_if_stop_requested();
      std::call_once(first_tile_, [] {
        log::event("first_tile", {{"milliseconds_since_start", log::milliseconds_since_start()}});
      });
      compute(*decoded, output, worker);
      append_to_journal(decoded->candidates, decoded->tile);
      keep(decoded->candidates, std::move(decoded->tile), computed_);
      if (decoded->handed_out) traffic_.exchange.finished();
    }
  }

  [[nodiscard]] std::int64_t number_of(const TileCandidates& candidates) const {
    return candidates.front().number / network_.tile_images();
  }

  /// output: (images, features), to work in.
  void compute(DecodedTile& decoded, std::vector<float>& output, int worker) {
    ImageTile& tile = decoded.tile;
    if (tile.rows.empty()) return;
    const auto named = [&](const Error& error) {
      return fmt::format("images, tile {}: {}", number_of(decoded.candidates), error.what());
    };
    watch_.time(ImageStep::computing, std::ssize(tile.rows), [&] {
      try {
        network_.forward(decoded.pixels, output, worker);
      } catch (const FailureElsewhere& error) {
        throw FailureElsewhere(named(error));
      } catch (const Error& error) {  // a GPU's
        throw Error(error.code(), named(error));
      }
    });
    const auto width = static_cast<std::ptrdiff_t>(network_.features());
    for (const std::int64_t place : decoded.places) {
      const auto first = output.begin() + place * width;
      tile.features.insert(tile.features.end(), first, first + width);
    }
  }

  void append_to_journal(const TileCandidates& candidates, const ImageTile& tile) {
    const std::int64_t rows = std::ssize(tile.rows);
    watch_.time(ImageStep::journal, rows, [&] {
      traffic_.journal.append(number_of(candidates), input_of(candidates), {rows, network_.features()},
                              pack(tile));
    });
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
    all.times = watch_.times(decoders_, network_.workers());
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
  const TileTraffic& traffic_;
  int decoders_;
  ImageStopwatch watch_;
  TileSource source_;
  TileDecoding decoding_;
  std::once_flag first_tile_;
  std::mutex mutex_;  ///< of what follows
  std::exception_ptr error_;
  bool error_is_consequence_ = false;
  std::int64_t computed_ = 0;
  std::int64_t reused_ = 0;
  std::map<std::int64_t, ImageTile> tiles_;  ///< by first candidate: the order does not depend on threads
};

}  // namespace

ComputedImages compute_image_features(Network& network, const ImageReader& images,
                                      const ImageFeatures& settings, const TileTraffic& traffic,
                                      int decoders) {
  return FeaturePipeline(network, images, settings, traffic, decoders).run();
}

}  // namespace shoal
