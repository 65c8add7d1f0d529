// A rank's own tiles from the front, those of others from the back.
#include "pipeline/tiles/dealer.hpp"

#include <algorithm>
#include <numeric>

namespace shoal {

TileDealer::TileDealer(const std::vector<std::int64_t>& tiles, const std::vector<std::int64_t>& workers)
    : workers_(workers),
      held_(tiles.size()),
      finished_(tiles.size()),
      asks_(tiles.size()),
      left_(std::accumulate(tiles.begin(), tiles.end(), std::int64_t{0})),
      all_workers_(std::accumulate(workers.begin(), workers.end(), std::int64_t{0})) {
  for (const std::int64_t count : tiles) homes_.push_back({0, count});
}

void TileDealer::ask(int rank) { asks_[static_cast<std::size_t>(rank)] = 1; }

void TileDealer::finished(int rank) {
  --held_[static_cast<std::size_t>(rank)];
  ++finished_[static_cast<std::size_t>(rank)];
}

bool TileDealer::may_have_one(std::size_t rank) const {
  if (left_ == 0 || held_[rank] < workers_[rank]) return true;
  return left_ > 2 * all_workers_ && held_[rank] <= 2 * workers_[rank];
}

TileDealer::Grant TileDealer::deal(int rank) {
  if (left_ == 0) return {rank, -1, 0};
  --left_;
  ++held_[static_cast<std::size_t>(rank)];
  Home& own = homes_[static_cast<std::size_t>(rank)];
  if (own.left() > 0) return {rank, rank, own.next++};
  const auto fullest = std::max_element(homes_.begin(), homes_.end(),
                                        [](const Home& a, const Home& b) { return a.left() < b.left(); });
  return {rank, static_cast<int>(fullest - homes_.begin()), --fullest->end};
}

std::vector<TileDealer::Grant> TileDealer::answer() {
  std::vector<Grant> grants;
  for (std::size_t rank = 0; rank < asks_.size(); ++rank) {
    if (asks_[rank] == 0 || !may_have_one(rank)) continue;
    asks_[rank] = 0;
    grants.push_back(deal(static_cast<int>(rank)));
  }
  return grants;
}

}  // namespace shoal
