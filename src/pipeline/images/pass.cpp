// The threads of one rank, and what becomes of a decoded tile.
#include "pipeline/images/pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>

#include "pipeline/images/decoder.hpp"
#include "pipeline/images/stopwatch.hpp"
#include "pipeline/tiles/source.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

std::vector<const ImageSettings*> settings_of(const std::vector<PassSet>& sets) {
  std::vector<const ImageSettings*> settings;
  for (const PassSet& set : sets) settings.push_back(&set.settings);
  return settings;
}

/// A set's tile while it is computed: its rows, and their places in it.
struct OpenSetTile {
  ImageTile tile;
  std::vector<std::int64_t> places;
  TileCandidates candidates;
};

class ImagePass {
 public:
  ImagePass(const std::vector<PassSet>& sets, const ImageReader& images, TileExchange& exchange,
            const std::vector<JournaledTile>& journaled, int decoders)
      : sets_(sets),
        shape_(shape_of_pass(sets)),
        workers_(workers_of(sets)),
        exchange_(exchange),
        journaled_(journaled),
        decoders_(decoders),
        source_(exchange),
        decoding_([this] { return next_order(); }, image_decoder(images, settings_of(sets), watch_), shape_,
                  tiles_ahead(workers_), watch_),
        kept_(sets.size()) {}

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
    for (int worker = 0; worker < workers_; ++worker) add([this, worker] { compute_all(worker); });
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

  std::optional<OrderedTile> next_order() {
    const auto tile = source_.next();
    if (!tile) return std::nullopt;
    return OrderedTile{deserialize_object<TileOrder>(tile->description), tile->handed_out};
  }

  /// What an earlier run has finished, set by set and segment by segment, several side by side.
  void fetch_all() {
    for (std::size_t set = 0; set < sets_.size(); ++set) {
      std::vector<const JournaledTile*> tiles;
      std::vector<TilePlace> places;
      for (const JournaledTile& journaled : journaled_) {
        if (journaled.set != static_cast<std::int32_t>(set)) continue;
        tiles.push_back(&journaled);
        places.push_back(journaled.places.front());
      }
      const auto segments = by_segment(places);
      parallel_for(segments.size(), decoders_, [&](std::size_t i) {
        TileReader journal(sets_[set].segments);
        for (const std::size_t tile : segments[i]) fetch(journal, *tiles[tile]);
      });
    }
    source_.journal_is_read();
  }

  /// What is damaged joins the tiles to compute.
  void fetch(TileReader& journal, const JournaledTile& journaled) {
    leave_if_stop_requested();
    std::vector<std::string> damage;
    auto tile = read_tile(journal, journaled.places, journaled.candidates, damage);
    if (tile) {
      keep(journaled.set, journaled.candidates, std::move(*tile), reused_);
      return;
    }
    for (const std::string& sentence : damage) log::warning("{}; the tile is computed again", sentence);
    const SetTile wanted{journaled.set, journaled.places.front().tile};
    source_.add_damaged(serialize_object(TileOrder{journaled.candidates, {wanted}}));
  }

  void compute_all(int worker) {
    std::vector<float> output;
    while (auto decoded = decoding_.next()) {
      leave_if_stop_requested();
      std::call_once(first_tile_, [] {
        log::event("first_tile", {{"milliseconds_since_start", log::milliseconds_since_start()}});
      });
      for (const SetTile& wanted : decoded->order.wanted) {
        OpenSetTile open = open_tile(*decoded, wanted);
        // An image that several sets see counts once.
        const bool counts = wanted.set == decoded->order.wanted.front().set;
        compute(*decoded, wanted, open, output, worker, counts ? std::ssize(open.tile.rows) : 0);
        append_to_journal(wanted, open, counts ? std::ssize(open.tile.rows) : 0);
        keep(wanted.set, open.candidates, std::move(open.tile), computed_);
      }
      if (decoded->handed_out) exchange_.finished();
    }
  }

  [[nodiscard]] const PassSet& part(std::int32_t set) const { return sets_[static_cast<std::size_t>(set)]; }

  /// What was decoded for one set's tile.
  [[nodiscard]] OpenSetTile open_tile(const DecodedTile& decoded, const SetTile& wanted) const {
    const std::int64_t tile_images = part(wanted.set).network.tile_images();
    OpenSetTile open;
    for (std::size_t i = 0; i < decoded.images.size(); ++i) {
      const ImageCandidate& candidate = decoded.order.candidates[i];
      if (candidate.number / tile_images != wanted.number) continue;
      open.candidates.push_back(candidate);
      if (const auto* row = std::get_if<ImageRow>(&decoded.images[i])) {
        open.tile.rows.push_back(*row);
        open.places.push_back(candidate.number % tile_images);
      } else {
        open.tile.quarantine.push_back(std::get<QuarantineRow>(decoded.images[i]));
      }
    }
    return open;
  }

  /// output: to work in. images: that count as computed by it.
  void compute(const DecodedTile& decoded, const SetTile& wanted, OpenSetTile& open,
               std::vector<float>& output, int worker, std::int64_t images) {
    if (open.tile.rows.empty()) return;
    Network& network = part(wanted.set).network;
    const auto width = static_cast<std::ptrdiff_t>(network.features());
    output.resize(static_cast<std::size_t>(network.tile_images() * width));
    const auto named = [&](const Error& error) {
      return fmt::format("images, tile {}: {}", wanted.number, error.what());
    };
    watch_.time(ImageStep::computing, images, [&] {
      try {
        network.forward(pixels_of(decoded, wanted), output, worker);
      } catch (const FailureElsewhere& error) {
        throw FailureElsewhere(named(error));
      } catch (const Error& error) {  // a GPU's
        throw Error(error.code(), named(error));
      }
    });
    for (const std::int64_t place : open.places) {
      const auto first = output.begin() + place * width;
      open.tile.features.insert(open.tile.features.end(), first, first + width);
    }
  }

  /// The pixels of one set's tile, which lie together.
  [[nodiscard]] std::span<const std::uint8_t> pixels_of(const DecodedTile& decoded,
                                                        const SetTile& wanted) const {
    const SetShape& set = shape_.sets[static_cast<std::size_t>(wanted.set)];
    const std::int64_t first = wanted.number * set.tile_images % shape_.images();
    return std::span(decoded.pixels[static_cast<std::size_t>(wanted.set)])
        .subspan(static_cast<std::size_t>(first) * set.image_bytes,
                 static_cast<std::size_t>(set.tile_images) * set.image_bytes);
  }

  void append_to_journal(const SetTile& wanted, const OpenSetTile& open, std::int64_t images) {
    const PassSet& set = part(wanted.set);
    watch_.time(ImageStep::journal, images, [&] {
      set.journal.append(wanted.number, input_of(open.candidates),
                         {std::ssize(open.tile.rows), set.network.features()}, pack(open.tile));
    });
  }

  void keep(std::int32_t set, const TileCandidates& candidates, ImageTile tile,
            std::atomic<std::int64_t>& count) {
    ++count;
    kept_.keep(set, candidates, std::move(tile));
  }

  ComputedImages collect() {
    ComputedImages all;
    all.computed = computed_;
    all.reused = reused_;
    all.times = watch_.times(decoders_, workers_);
    kept_.take_rows(0, all.rows, all.quarantine);
    for (std::size_t set = 0; set < sets_.size(); ++set) {
      all.sets.push_back(kept_.take_features(set, sets_[set].network.features()));
    }
    // A tile is a small block: freed, it would stay with the process, and there are as many of them again.
    give_back_freed_memory();
    return all;
  }

  const std::vector<PassSet>& sets_;
  PassShape shape_;
  int workers_;
  TileExchange& exchange_;
  const std::vector<JournaledTile>& journaled_;
  int decoders_;
  ImageStopwatch watch_;
  TileSource source_;
  TileDecoding decoding_;
  std::once_flag first_tile_;
  std::mutex mutex_;  ///< of what follows
  std::exception_ptr error_;
  bool error_is_consequence_ = false;
  std::atomic<std::int64_t> computed_{0};
  std::atomic<std::int64_t> reused_{0};
  KeptTiles kept_;
};

}  // namespace

int workers_of(const std::vector<PassSet>& sets) {
  int least = sets.front().network.workers();
  for (const PassSet& set : sets) least = std::min(least, set.network.workers());
  return least;
}

PassShape shape_of_pass(const std::vector<PassSet>& sets) {
  PassShape shape;
  for (const PassSet& set : sets)
    shape.sets.push_back({set.network.tile_images(), set.settings.image_bytes()});
  return shape;
}

ComputedImages compute_image_features(const std::vector<PassSet>& sets, const ImageReader& images,
                                      TileExchange& exchange, const std::vector<JournaledTile>& journaled,
                                      int decoders) {
  return ImagePass(sets, images, exchange, journaled, decoders).run();
}

}  // namespace shoal
