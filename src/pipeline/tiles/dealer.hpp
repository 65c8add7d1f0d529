// Who computes which tile: rank 0's book. Every rank is home to some tiles; it takes those first, and then
// from whoever has most left, so that a slow rank delays only the tiles it holds.
#pragma once

#include <cstdint>
#include <vector>

namespace shoal {

class TileDealer {
 public:
  /// tiles: how many are at home on each rank. workers: how many tiles each rank computes at a time.
  TileDealer(const std::vector<std::int64_t>& tiles, const std::vector<std::int64_t>& workers);

  /// The rank wants one more tile. It has one wish at a time.
  void ask(int rank);
  /// The rank has finished a tile it was given.
  void finished(int rank);

  struct Grant {
    int rank = 0;
    int home = -1;           ///< -1: no tile is left
    std::int64_t index = 0;  ///< of the tile, among those at home there
  };
  /// The wishes that can be answered now. Ranks may hold tiles ahead of their workers while many are left;
  /// near the end a wish waits until the rank has a worker free.
  std::vector<Grant> answer();

  [[nodiscard]] std::int64_t left() const { return left_; }
  /// Tiles that each rank has finished.
  [[nodiscard]] const std::vector<std::int64_t>& finished_by() const { return finished_; }

 private:
  struct Home {
    std::int64_t next = 0;
    std::int64_t end = 0;
    [[nodiscard]] std::int64_t left() const { return end - next; }
  };
  [[nodiscard]] bool may_have_one(std::size_t rank) const;
  Grant deal(int rank);

  std::vector<Home> homes_;
  std::vector<std::int64_t> workers_;
  std::vector<std::int64_t> held_;
  std::vector<std::int64_t> finished_;
  std::vector<char> asks_;
  std::int64_t left_ = 0;
  std::int64_t all_workers_ = 0;
};

}  // namespace shoal
