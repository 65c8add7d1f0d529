// A set of image features, read again from its journal when its rows were released to make room for others.
#include <fmt/format.h>

#include <algorithm>

#include "pipeline/images/home_tiles.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

/// Where the rows of each tile begin, and where the last ones end: each candidate that is a row has one.
std::vector<std::size_t> row_begins(const HomeTiles& home, const RowNumbers& numbers) {
  std::vector<std::size_t> begins{0};
  for (const TileCandidates& tile : home.tiles) {
    const auto rows = std::ranges::count_if(
        tile, [&](const ImageCandidate& candidate) { return numbers.row_of(candidate.number) >= 0; });
    begins.push_back(begins.back() + static_cast<std::size_t>(rows));
  }
  return begins;
}

/// The tiles that the journal has, by their first places.
struct Journaled {
  explicit Journaled(const HomeTiles& home) {
    for (std::size_t i = 0; i < home.tiles.size(); ++i) {
      if (home.places[i].empty()) continue;
      tiles.push_back(i);
      places.push_back(home.places[i].front());
    }
  }
  std::vector<std::size_t> tiles;
  std::vector<TilePlace> places;
};

[[noreturn]] void fail_tile(const std::string& set, const std::string& why) {
  throw FailureError(fmt::format(
      "a finished tile of the features '{}' cannot be read again from the journal{}; run the same "
      "command again: it computes what is missing",
      set, why));
}

/// Segment by segment on several threads, each tile to its place among the rows. Throws FailureError where
/// the journal does not hold what this run, or an earlier one, wrote there.
ComputedSet read_tiles(const HomeTiles& home, const JournalSegments& segments, const RowNumbers& numbers,
                       const ImageSet& set, int threads) {
  const std::vector<std::size_t> begins = row_begins(home, numbers);
  const auto width = static_cast<std::size_t>(set.columns);
  ComputedSet read;
  read.width = set.columns;
  read.candidates.resize(begins.back());
  read.features.resize(begins.back() * width);
  const Journaled journaled(home);
  if (journaled.tiles.size() < home.tiles.size()) fail_tile(set.entry.name, "");
  const auto lists = by_segment(journaled.places);
  parallel_for(lists.size(), threads, [&](std::size_t list) {
    TileReader journal(segments);
    for (const std::size_t i : lists[list]) {
      const std::size_t number = journaled.tiles[i];
      std::vector<std::string> damage;
      const auto tile = read_tile(journal, home.places[number], home.tiles[number], damage);
      const std::size_t rows = begins[number + 1] - begins[number];
      if (!tile || tile->rows.size() != rows || tile->features.size() != rows * width) {
        fail_tile(set.entry.name, damage.empty() ? "" : ": " + damage.front());
      }
      const auto first = static_cast<std::ptrdiff_t>(begins[number]);
      std::ranges::transform(tile->rows, read.candidates.begin() + first, &ImageRow::candidate);
      std::ranges::copy(tile->features, read.features.begin() + first * set.columns);
    }
  });
  return read;
}

}  // namespace

DenseMatrix ImagePassStage::read_again(Run& run, const ImageSet& set) const {
  const Digest key = tile_key(run, set);
  const JournalSegments segments = segments_of_this_run(run.comm, run.work->place("images", key), key);
  const HomeTiles home = find_home_tiles(run.comm, at_home_, candidates_, set.tile_images, segments);
  ComputedSet read;
  on_all(run.comm, [&] { read = read_tiles(home, segments, numbers_, set, run.threads); });
  return features_at_owners(run.comm, run.table("images").partition, numbers_, read.candidates,
                            std::move(read.features), set.columns);
}

}  // namespace shoal
