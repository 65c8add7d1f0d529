// Greedy k-means++ with exact integer weights, so that a draw is the same on any number of ranks.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "lloyd.hpp"
#include "shoal/base/random.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

class Seeding {
 public:
  Seeding(const KMeansProblem& problem, std::uint64_t seed, std::int64_t restart)
      : problem_(problem), stream_(seed, "k-means++"), restart_(static_cast<std::uint64_t>(restart)) {}

  std::vector<double> run() {
    std::vector<double> centroids;
    centroids.reserve(problem_.centroid_numbers());
    const std::vector<double> first = fetch_row(problem_, draw(first_weights(), 0, 0));
    centroids.insert(centroids.end(), first.begin(), first.end());
    distances_ = distances_to(first);
    for (std::int64_t step = 1; step < problem_.k; ++step) {
      const std::vector<double> next = best_of_trials(static_cast<std::uint64_t>(step));
      centroids.insert(centroids.end(), next.begin(), next.end());
    }
    return centroids;
  }

 private:
  /// Every row that takes part, alike.
  [[nodiscard]] std::vector<std::int64_t> first_weights() const {
    std::vector<std::int64_t> weights(static_cast<std::size_t>(problem_.rows.local_rows()));
    for (std::size_t i = 0; i < weights.size(); ++i) {
      weights[i] = problem_.rows.eligible(static_cast<std::int64_t>(i)) ? 1 : 0;
    }
    return weights;
  }

  /// Squared distances under distance_scale; 0 for rows that take no part.
  [[nodiscard]] std::vector<std::int64_t> distances_to(const std::vector<double>& centroid) const {
    const auto local = static_cast<std::size_t>(problem_.rows.local_rows());
    std::vector<std::int32_t> labels(local);
    std::vector<double> distances(local);
    problem_.rows.nearest({centroid, 1, problem_.rows.columns()}, labels, distances);
    std::vector<std::int64_t> encoded(local);
    std::transform(distances.begin(), distances.end(), encoded.begin(),
                   [&](double d) { return problem_.distance_scale.encode(d); });
    return encoded;
  }

  std::vector<double> best_of_trials(std::uint64_t step) {
    leave_if_stop_requested();
    // No whole k is near a power of e: the last bit of log cannot show.
    const auto trials = 2 + static_cast<std::uint64_t>(std::log(static_cast<double>(problem_.k)));
    // Where all rows coincide with centroids, further ones can only coincide too.
    const bool exhausted = problem_.comm.sum(sum_of(distances_)) == 0;
    const std::vector<std::int64_t> weights = exhausted ? first_weights() : distances_;
    std::vector<double> candidates;
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
      const std::vector<double> row = fetch_row(problem_, draw(weights, step, trial));
      candidates.insert(candidates.end(), row.begin(), row.end());
    }
    const auto columns = static_cast<std::ptrdiff_t>(problem_.rows.columns());
    const auto best = candidates.begin() + lowest_of(potentials_of(candidates, trials)) * columns;
    std::vector<double> row(best, best + columns);
    const std::vector<std::int64_t> distances = distances_to(row);
    std::transform(distances.begin(), distances.end(), distances_.begin(), distances_.begin(),
                   [](std::int64_t a, std::int64_t b) { return std::min(a, b); });
    return row;
  }

  /// What the sum of all rows' distances would be with each candidate: one pass over the rows for all of
  /// them.
  [[nodiscard]] std::vector<std::int64_t> potentials_of(const std::vector<double>& candidates,
                                                        std::uint64_t count) const {
    std::vector<std::int64_t> potentials(count);
    problem_.rows.add_potentials({candidates, static_cast<std::int64_t>(count), problem_.rows.columns()},
                                 problem_.distance_scale, distances_, potentials);
    problem_.comm.allreduce_sum(potentials);
    return potentials;
  }

  /// Of equals, the first.
  static std::ptrdiff_t lowest_of(const std::vector<std::int64_t>& potentials) {
    return std::min_element(potentials.begin(), potentials.end()) - potentials.begin();
  }

  /// A global row, drawn with probability proportional to its weight. Collective.
  [[nodiscard]] std::int64_t draw(const std::vector<std::int64_t>& weights, std::uint64_t step,
                                  std::uint64_t trial) const {
    const std::int64_t local = sum_of(weights);
    const std::int64_t before = problem_.comm.exclusive_sum(local);
    const auto total = static_cast<std::uint64_t>(problem_.comm.sum(local));
    const auto target = static_cast<std::int64_t>(stream_.below(total, (restart_ << 32) | step, trial));
    std::int64_t chosen = -1;
    if (before <= target && target < before + local) {
      std::int64_t reached = before;
      std::size_t i = 0;
      while (reached + weights[i] <= target) reached += weights[i++];
      chosen = problem_.rows.range().begin + static_cast<std::int64_t>(i);
    }
    return problem_.comm.max(chosen);
  }

  static std::int64_t sum_of(const std::vector<std::int64_t>& values) {
    return std::accumulate(values.begin(), values.end(), std::int64_t{0});
  }

  const KMeansProblem& problem_;
  RandomStream stream_;
  std::uint64_t restart_;
  std::vector<std::int64_t> distances_;  ///< to the nearest centroid so far
};

}  // namespace

std::vector<double> kmeans_plus_plus(const KMeansProblem& problem, std::uint64_t seed, std::int64_t restart) {
  return Seeding(problem, seed, restart).run();
}

}  // namespace shoal
