// Restarts of Lloyd's algorithm, and the result of the best.
#include "shoal/cluster/kmeans.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "kmeans_state.hpp"
#include "lloyd.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace {

double squared_shift(const std::vector<double>& a, const std::vector<double>& b) {
  double shift = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) shift += (a[i] - b[i]) * (a[i] - b[i]);
  return shift;
}

class KMeans {
 public:
  KMeans(const KMeansProblem& problem, const KMeansSettings& settings, std::vector<double> start,
         Checkpoint& checkpoint)
      : problem_(problem), settings_(settings), start_(std::move(start)), checkpoint_(checkpoint) {}

  KMeansBest run() {
    if (const auto saved = checkpoint_.load()) state_ = unpack(*saved);
    const std::int64_t restarts = start_.empty() ? settings_.n_init : 1;
    while (state_.restart < restarts) {
      run_restart();
      ++state_.restart;
      state_.iteration = 0;
      state_.centroids.clear();
      save(state_.restart == restarts);
    }
    return state_.best;
  }

 private:
  void run_restart() {
    if (state_.centroids.empty()) {
      state_.centroids = start_.empty() ? kmeans_plus_plus(problem_, settings_.seed, state_.restart) : start_;
    }
    const double enough = settings_.tol * problem_.mean_column_variance;
    while (true) {
      Assignment assignment = assign(problem_, state_.centroids);
      ++state_.iteration;
      fill_empty_groups(problem_, assignment);
      std::vector<double> next = means_of(problem_, assignment, state_.centroids);
      const double shift = squared_shift(next, state_.centroids);
      state_.centroids = std::move(next);
      // Unmoved centroids mean unchanged labels: this assignment belongs to them.
      if (shift == 0.0) return finish_restart(assignment.inertia);
      if (shift <= enough || state_.iteration >= settings_.max_iter) {
        return finish_restart(assign(problem_, state_.centroids).inertia);
      }
      log::progress(fmt::format("k-means, restart {} of {}, iteration {}", state_.restart + 1,
                                settings_.n_init, state_.iteration));
      save(false);
    }
  }

  void save(bool last) {
    checkpoint_.save([this] { return pack(state_); }, last);
  }

  void finish_restart(std::int64_t inertia) {
    log::debug("k-means restart {}: inertia {:.6g} after {} iterations", state_.restart,
               problem_.distance_scale.decode(inertia), state_.iteration);
    if (state_.best.restart >= 0 && inertia >= state_.best.inertia) return;
    state_.best = {state_.restart, state_.iteration, inertia, state_.centroids};
  }

  const KMeansProblem& problem_;
  const KMeansSettings& settings_;
  std::vector<double> start_;  ///< empty: k-means++
  Checkpoint& checkpoint_;
  KMeansState state_;
};

/// Rows exactly as near to another centroid as to theirs. The lowest index wins a tie, so with the centroids
/// in reverse the highest does: where the two differ, there is one.
std::int64_t count_ties(const KMeansProblem& problem, const std::vector<double>& centroids,
                        const std::vector<std::int32_t>& labels) {
  const auto columns = static_cast<std::size_t>(problem.rows.columns());
  std::vector<double> reversed;
  reversed.reserve(centroids.size());
  for (std::size_t j = static_cast<std::size_t>(problem.k); j-- > 0;) {
    const auto row = centroids.begin() + static_cast<std::ptrdiff_t>(j * columns);
    reversed.insert(reversed.end(), row, row + static_cast<std::ptrdiff_t>(columns));
  }
  std::vector<std::int32_t> from_behind(labels.size());
  std::vector<double> distances(labels.size());
  problem.rows.nearest({reversed, problem.k, problem.rows.columns()}, from_behind, distances);
  std::int64_t ties = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0 && problem.k - 1 - from_behind[i] != labels[i]) ++ties;
  }
  return problem.comm.sum(ties);
}

/// Adds (sign 1) or subtracts (sign -1) what the rows were centred by.
void shift_rows(std::vector<double>& centroids, std::span<const double> offset, double sign) {
  if (offset.empty()) return;
  for (std::size_t i = 0; i < centroids.size(); ++i) centroids[i] += sign * offset[i % offset.size()];
}

KMeansResult result_of(const KMeansProblem& problem, KMeansBest best) {
  KMeansResult result;
  Assignment assignment = assign(problem, best.centroids);
  result.tied = count_ties(problem, best.centroids, assignment.labels);
  result.labels = std::move(assignment.labels);
  result.squared_distances = std::move(assignment.squared_distances);
  result.sizes = std::move(assignment.counts);
  result.inertia = problem.distance_scale.decode(assignment.inertia);
  result.iterations = best.iterations;
  result.restart = best.restart;
  result.labelled = problem.eligible_rows;
  result.centroids = std::move(best.centroids);
  shift_rows(result.centroids, problem.rows.offset(), 1.0);
  return result;
}

KMeansResult run_kmeans(Communicator& comm, const ClusteredRows& rows, const KMeansSettings& settings,
                        Checkpoint& checkpoint) {
  std::vector<double> start = settings.start.value_or(std::vector<double>{});
  shift_rows(start, rows.offset(), -1.0);
  const KMeansProblem problem = make_problem(comm, rows, settings.k, start.empty() ? nullptr : &start);
  if (settings.k < 1 || settings.k > problem.eligible_rows) {
    throw UsageError(
        fmt::format("k-means with k = {} needs at least as many rows with features, and there are {}; "
                    "lower k",
                    settings.k, problem.eligible_rows));
  }
  return result_of(problem, KMeans(problem, settings, std::move(start), checkpoint).run());
}

}  // namespace

KMeansResult kmeans(Communicator& comm, ArrayOperations& arrays, const DenseRowSource& rows,
                    const KMeansSettings& settings, Checkpoint& checkpoint) {
  return run_kmeans(comm, *centred_rows(comm, arrays, rows, settings.k), settings, checkpoint);
}

KMeansResult kmeans(Communicator& comm, ArrayOperations& arrays, const SparseRowSource& rows,
                    const KMeansSettings& settings, Checkpoint& checkpoint) {
  return run_kmeans(comm, *sparse_rows(arrays, rows, settings.k), settings, checkpoint);
}

void order_by_size(KMeansResult& result) {
  const std::size_t k = result.sizes.size();
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return result.sizes[a] > result.sizes[b]; });
  const std::size_t columns = k == 0 ? 0 : result.centroids.size() / k;
  KMeansResult ordered = result;
  std::vector<std::int32_t> new_number(k);
  for (std::size_t j = 0; j < k; ++j) {
    new_number[order[j]] = static_cast<std::int32_t>(j);
    ordered.sizes[j] = result.sizes[order[j]];
    std::copy_n(result.centroids.begin() + static_cast<std::ptrdiff_t>(order[j] * columns), columns,
                ordered.centroids.begin() + static_cast<std::ptrdiff_t>(j * columns));
  }
  for (std::int32_t& label : ordered.labels) {
    if (label >= 0) label = new_number[static_cast<std::size_t>(label)];
  }
  result = std::move(ordered);
}

}  // namespace shoal
