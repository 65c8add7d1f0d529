// Clusterwise stability: how well groups come back when half of the rows are clustered anew (Hennig,
// "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 2007).
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// So many half-samples are clustered.
inline constexpr std::int64_t kHalfSamples = 20;

/// A keyed half of the rows: those with an even key, Philox(seed, "half", number, plain number). Where these
/// are more than a limit, only so many, lowest keys first. A value, the same on all ranks.
class HalfSample {
 public:
  /// Without a limit. number: 0, 1 ... tells half-samples apart.
  HalfSample(std::uint64_t seed, std::int64_t number);

  /// The rows that a half-sample has at most, for k groups: max(20,000, 200 k).
  static std::int64_t most_rows(std::int64_t k);
  /// plain_numbers: of this rank's rows that take part, each on one rank alone. Collective.
  static HalfSample limited(Communicator& comm, std::uint64_t seed, std::int64_t number,
                            std::span<const std::int64_t> plain_numbers, std::int64_t most_rows);

  [[nodiscard]] bool contains(std::int64_t plain_number) const;

 private:
  [[nodiscard]] std::uint64_t key_of(std::int64_t plain_number) const;

  RandomStream stream_;
  std::uint64_t number_;
  std::uint64_t last_key_ = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t last_row_ = std::numeric_limits<std::uint64_t>::max();  ///< of those with the last key
};

/// For each of k groups the Jaccard index, |A and B| / |A or B|, with the most similar of k_anew groups, over
/// a half-sample's rows. groups, anew: both labels of those that this rank has, from -1 (no group) up. 0 for
/// a group without a row among them, as R's fpc has it. Collective; the same on all ranks.
std::vector<double> best_jaccard_indices(Communicator& comm, std::span<const std::int32_t> groups,
                                         std::int64_t k, std::span<const std::int32_t> anew,
                                         std::int64_t k_anew);

/// The mean over half-samples of each group's best index. best: of each half-sample, one for each group.
std::vector<double> clusterwise_stability(std::span<const std::vector<double>> best);

}  // namespace shoal
