// Computes what the journals lack, closes up the rows, moves them to their owners, and makes the table of
// images.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>

#include "pipeline/images/decoding.hpp"
#include "pipeline/images/home_tiles.hpp"
#include "pipeline/results/missing_images.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/serialize.hpp"

namespace shoal {
namespace {

/// One set while it is computed: its network, and its journal.
struct SetInWork {
  std::unique_ptr<Network> network;
  std::unique_ptr<JournalSegments> segments;
  std::unique_ptr<TileWriter> journal;
};

/// What is at home on this rank: orders to compute, and tiles that the journals have.
struct HomeWork {
  std::vector<JournaledTile> journaled;
  std::vector<TileOrder> orders;
  std::int64_t finished_orders = 0;  ///< of which the journals have all tiles
};

/// The tiles of one set at home here; what the journal lacks joins the order it lies in.
void split_set(Communicator& comm, const ImageIndex& index, std::int32_t set, std::int64_t tile_images,
               const JournalSegments& segments, HomeWork& work, std::map<std::int64_t, TileOrder>& orders,
               std::int64_t order_images) {
  HomeTiles home = find_home_tiles(comm, index.at_home, index.candidates, tile_images, segments);
  for (std::size_t i = 0; i < home.tiles.size(); ++i) {
    const std::int64_t first = home.tiles[i].front().number;
    if (!home.places[i].empty()) {
      work.journaled.push_back({set, std::move(home.tiles[i]), std::move(home.places[i])});
    } else {
      orders[first / order_images].wanted.push_back({set, first / tile_images});
    }
  }
}

/// Each order gets the candidates that a tile of it wants.
void add_candidates(const ImageIndex& index, const PassShape& shape,
                    std::map<std::int64_t, TileOrder>& orders) {
  for (const ImageCandidate& candidate : index.at_home) {
    const auto order = orders.find(candidate.number / shape.images());
    if (order == orders.end()) continue;
    for (std::int32_t set = 0; set < static_cast<std::int32_t>(shape.sets.size()); ++set) {
      if (!shape.wants(order->second, set, candidate.number)) continue;
      order->second.candidates.push_back(candidate);
      break;
    }
  }
}

/// Hands the orders out and computes, each by whoever asked first for it. Collective.
ComputedImages compute_orders(Run& run, const std::vector<PassSet>& sets, const ImageReader& files,
                              const HomeWork& home) {
  const std::int64_t reused = run.comm.sum(home.finished_orders);
  const std::int64_t all = run.comm.sum(std::ssize(home.orders)) + reused;
  if (reused > 0) log::info("image features: {} of {} tiles from the journal", reused, all);
  TileExchange exchange(
      run.comm, std::ssize(home.orders), workers_of(sets),
      [&](std::int64_t order) { return serialize_object(home.orders[static_cast<std::size_t>(order)]); },
      [&](const std::vector<std::int64_t>& finished_by) {
        const std::int64_t done = std::accumulate(finished_by.begin(), finished_by.end(), reused);
        run.progress.tiles(finished_by, all - reused, reused);
        log::progress(fmt::format("image features: {} of {} tiles", done, all), done == all);
      });
  ComputedImages computed;
  bool interrupted = false;
  try {
    computed = compute_image_features(sets, files, exchange, home.journaled, decoding_threads(run.threads));
  } catch (const Interrupted&) {
    interrupted = true;
  }
  exchange.close();
  for (const PassSet& set : sets) set.journal.seal();
  if (run.comm.max(std::int64_t{interrupted}) != 0) throw Interrupted();
  return computed;
}

}  // namespace

void ImagePassStage::record_all_weights(Run& run) {
  for (ImageSet& set : sets_) set.weights = record_weights(run.comm, set.settings);
}

void ImagePassStage::warn_of_untrained(const Run& run) const {
  for (const ImageSet& set : sets_) {
    if (!set.weights || set.weights->trained || !run.comm.is_root()) continue;
    log::warning("the weights '{}' are untrained: image features show how Shoal works, not what photos show",
                 set.settings.weights.string());
  }
}

ComputedImages ImagePassStage::compute(Run& run, const ImageIndex& index) {
  std::vector<SetInWork> in_work;
  PassShape shape;
  for (const ImageSet& set : sets_) shape.sets.push_back({set.tile_images, set.settings.image_bytes()});
  HomeWork home;
  std::map<std::int64_t, TileOrder> orders;
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    const Digest key = tile_key(run, sets_[i]);
    const auto folder = run.work->place("images", key);
    SetInWork& set = in_work.emplace_back();
    set.segments = std::make_unique<JournalSegments>(segments_of(run.comm, folder, key));
    set.journal = std::make_unique<TileWriter>(folder, key, run.comm.rank(), run.work->settings());
    split_set(run.comm, index, static_cast<std::int32_t>(i), sets_[i].tile_images, *set.segments, home,
              orders, shape.images());
  }
  add_candidates(index, shape, orders);
  for (auto& [number, order] : orders) home.orders.push_back(std::move(order));
  home.finished_orders =
      std::ssize(split_into_tiles(index.at_home, shape.images())) - std::ssize(home.orders);
  std::vector<PassSet> sets;
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    in_work[i].network = make_image_network(run.comm, run.backend, sets_[i].settings, sets_[i].weights,
                                            sets_[i].tile_images, run.threads);
    sets.push_back({sets_[i].settings, *in_work[i].network, *in_work[i].segments, *in_work[i].journal});
  }
  return compute_orders(run, sets, index_.reader(), home);
}

void ImagePassStage::tell_times(Run& run, const ImageTimes& mine) {
  times_ = mine;
  times_of_all_ = sum_of(all_gather_objects(run.comm, mine));
  log_image_times(mine);
  const std::string sentence = sentence_about(times_of_all_);
  if (!sentence.empty()) log::info("{}", sentence);
}

void ImagePassStage::run(Run& run) {
  record_all_weights(run);
  warn_of_untrained(run);
  ImageIndex index = index_.take();
  ComputedImages computed = compute(run, index);
  run.tiles.computed += computed.computed;
  run.tiles.reused += computed.reused;
  tell_times(run, computed.times);
  take(run, std::move(index), std::move(computed));
}

void ImagePassStage::take(Run& run, ImageIndex index, ComputedImages computed) {
  const std::int64_t undecoded = run.comm.sum(std::ssize(computed.quarantine));
  for (auto* rows : {&index.quarantine, &computed.quarantine}) {
    std::move(rows->begin(), rows->end(), std::back_inserter(run.quarantine));
  }
  const RowNumbers numbers(run.comm, index.candidates, computed.rows);
  Table& images = run.table("images");
  images.partition = BlockPartition(numbers.rows(), run.comm.size());
  rows_ = rows_at_owners(run.comm, images.partition, numbers, std::move(computed.rows));
  if (run.pseudonyms) images.stored = places_of_images(run.comm, images.partition, *run.pseudonyms, rows_);
  for (ImageRow& row : rows_) row.digest = shown_digest(run.pseudonyms, row.digest);
  digest_ = digest_of_rows(run.comm, rows_);
  add_post_columns(run, index.slides, numbers);
  add_image_columns(run);
  for (std::size_t i = 0; i < sets_.size(); ++i) {
    ComputedSet& set = computed.sets[i];
    add_set(run, sets_[i],
            features_at_owners(run.comm, images.partition, numbers, set.candidates, std::move(set.features),
                               set.width));
  }
  add_up(index, numbers.rows(), undecoded);
  tell_missing(run, index);
  if (!run.releases_sets) return;
  at_home_ = std::move(index.at_home);
  candidates_ = index.candidates;
  numbers_ = numbers;
}

void ImagePassStage::add_up(const ImageIndex& index, std::int64_t rows, std::int64_t unreadable) {
  named_ = index.named;
  missing_ = index.missing;
  similar_ = index.similar;
  ambiguous_ = index.ambiguous;
  unreadable_ = index.unreadable + unreadable;
  if (named_ != rows + missing_ + unreadable_) {
    throw FailureError(fmt::format("images do not add up: {} named, {} rows, {} missing, {} unreadable",
                                   named_, rows, missing_, unreadable_));
  }
  log::info("{} images named by posts: {} read, {} missing, {} unreadable", named_, rows, missing_,
            unreadable_);
}

void ImagePassStage::tell_missing(Run& run, const ImageIndex& index) {
  const auto& missing = index.missing_of_posts;
  std::int64_t posts = 0;
  for (std::size_t i = 0; i < missing.size(); ++i)
    posts += i == 0 || missing[i].post != missing[i - 1].post ? 1 : 0;
  posts_missing_ = run.comm.sum(posts);
  slides_missing_ = run.comm.sum(std::ssize(missing));
  const auto file = write_missing_images(run.comm, run.table("posts"), run.corpus.posts, missing,
                                         {.pseudonyms = run.job.corpus.pseudonyms, .all_slides = all_slides_},
                                         run.staging / "missing-images.csv");
  if (file) file->publish();
}

}  // namespace shoal
