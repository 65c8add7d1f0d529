// How far k-means is: what a checkpoint holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace shoal {

/// The best finished restart.
struct KMeansBest {
  std::int64_t restart = -1;  ///< -1: none is finished
  std::int64_t iterations = 0;
  std::int64_t inertia = 0;  ///< under the problem's distance scale
  std::vector<double> centroids;
};

/// The same on all ranks. Labels are not part of it: they follow from the centroids.
struct KMeansState {
  std::int64_t restart = 0;
  std::int64_t iteration = 0;     ///< finished ones of the restart
  std::vector<double> centroids;  ///< empty: the restart has not begun
  KMeansBest best;
};

std::vector<std::byte> pack(const KMeansState& state);
KMeansState unpack(std::span<const std::byte> bytes);

}  // namespace shoal
