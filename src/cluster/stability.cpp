// Membership by key alone; indices from counts of pairs of labels.
#include "shoal/cluster/stability.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "label_pairs.hpp"
#include "lowest_keys.hpp"
#include "shoal/base/check.hpp"

namespace shoal {

HalfSample::HalfSample(std::uint64_t seed, std::int64_t number)
    : stream_(seed, "half"), number_(static_cast<std::uint64_t>(number)) {}

std::int64_t HalfSample::most_rows(std::int64_t k) { return std::max<std::int64_t>(20'000, 200 * k); }

HalfSample HalfSample::limited(Communicator& comm, std::uint64_t seed, std::int64_t number,
                               std::span<const std::int64_t> plain_numbers, std::int64_t most_rows) {
  HalfSample sample(seed, number);
  std::vector<KeyedRow> rows;
  for (const std::int64_t row : plain_numbers) {
    if (sample.contains(row)) rows.push_back({sample.key_of(row), static_cast<std::uint64_t>(row)});
  }
  const KeyedRow limit = limit_of_lowest(comm, rows, most_rows);
  sample.last_key_ = limit.key;
  sample.last_row_ = limit.row;
  return sample;
}

std::uint64_t HalfSample::key_of(std::int64_t plain_number) const {
  return stream_.bits(number_, static_cast<std::uint64_t>(plain_number));
}

bool HalfSample::contains(std::int64_t plain_number) const {
  const std::uint64_t key = key_of(plain_number);
  const auto row = static_cast<std::uint64_t>(plain_number);
  return key % 2 == 0 && std::tie(key, row) <= std::tie(last_key_, last_row_);
}

std::vector<double> best_jaccard_indices(Communicator& comm, std::span<const std::int32_t> groups,
                                         std::int64_t k, std::span<const std::int32_t> anew,
                                         std::int64_t k_anew) {
  const LabelPairs pairs = count_label_pairs(comm, groups, k, anew, k_anew);
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(k));
  std::vector<std::int64_t> sizes_anew(static_cast<std::size_t>(k_anew));
  for (std::int64_t a = -1; a < k; ++a) {
    for (std::int64_t b = -1; b < k_anew; ++b) {
      if (a >= 0) sizes[static_cast<std::size_t>(a)] += pairs.both(a, b);
      if (b >= 0) sizes_anew[static_cast<std::size_t>(b)] += pairs.both(a, b);
    }
  }
  std::vector<double> best(sizes.size());
  for (std::size_t a = 0; a < sizes.size(); ++a) {
    for (std::size_t b = 0; b < sizes_anew.size(); ++b) {
      const std::int64_t both = pairs.both(static_cast<std::int64_t>(a), static_cast<std::int64_t>(b));
      if (both == 0) continue;
      const std::int64_t either = sizes[a] + sizes_anew[b] - both;
      best[a] = std::max(best[a], static_cast<double>(both) / static_cast<double>(either));
    }
  }
  return best;
}

std::vector<double> clusterwise_stability(std::span<const std::vector<double>> best) {
  if (best.empty()) return {};
  std::vector<double> mean(best.front().size());
  for (const std::vector<double>& of_sample : best) {
    SHOAL_EXPECT(of_sample.size() == mean.size());
    for (std::size_t g = 0; g < mean.size(); ++g) mean[g] += of_sample[g];
  }
  for (double& sum : mean) sum /= static_cast<double>(best.size());
  return mean;
}

}  // namespace shoal
