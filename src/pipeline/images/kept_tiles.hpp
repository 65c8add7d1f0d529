// The finished tiles of a pass, until their rows are put together.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

#include "pipeline/images/tile.hpp"

namespace shoal {

/// Features of one set, of the tiles that this rank computed or read.
struct ComputedSet {
  std::vector<std::int64_t> candidates;  ///< of the rows, rising
  std::vector<float> features;           ///< rows x width
  std::int64_t width = 0;
};

class KeptTiles {
 public:
  explicit KeptTiles(std::size_t sets) : tiles_(sets) {}

  /// Any thread.
  void keep(std::int32_t set, const TileCandidates& candidates, ImageTile tile);
  /// Takes the rows and the quarantine of a set's tiles, by rising candidate number. Before its features are
  /// taken.
  void take_rows(std::size_t set, std::vector<ImageRow>& rows, std::vector<QuarantineRow>& quarantine);
  /// Takes the features of a set's tiles.
  ComputedSet take_features(std::size_t set, std::int64_t width);

 private:
  std::mutex mutex_;  ///< of what follows
  /// Of each set, by first candidate: the order does not depend on threads.
  std::vector<std::map<std::int64_t, ImageTile>> tiles_;
};

}  // namespace shoal
