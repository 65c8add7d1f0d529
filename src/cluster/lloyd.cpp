// One step of Lloyd's algorithm over all ranks.
#include "lloyd.hpp"

#include <algorithm>
#include <array>

#include "shoal/base/stop.hpp"
#include "shoal/comm/exact_sums.hpp"
#include "shoal/comm/row_exchange.hpp"
#include "shoal/comm/sample_sort.hpp"

namespace shoal {
namespace {

double largest_squared_length(const std::vector<double>& centroids, std::int64_t columns) {
  double largest = 0.0;
  for (auto row = centroids.begin(); row < centroids.end(); row += columns) {
    double squares = 0.0;
    for (auto value = row; value < row + columns; ++value) squares += *value * *value;
    largest = std::max(largest, squares);
  }
  return largest;
}

/// Mean over columns of E[x^2] - E[x]^2, as scikit-learn scales its tolerance.
double mean_column_variance(const KMeansProblem& problem) {
  const ClusteredRows& rows = problem.rows;
  const auto columns = static_cast<std::size_t>(rows.columns());
  if (problem.eligible_rows == 0 || columns == 0) return 0.0;
  std::vector<std::int32_t> all(static_cast<std::size_t>(rows.local_rows()), 0);
  std::vector<double> squares;
  for (std::int64_t i = 0; i < rows.local_rows(); ++i) {
    if (!rows.eligible(i)) all[static_cast<std::size_t>(i)] = -1;
    squares.push_back(rows.squared_length(i));
  }
  std::vector<std::int64_t> sums(columns);
  rows.add_by_label(all, problem.value_scale, sums);
  problem.comm.allreduce_sum(sums);
  const double count = static_cast<double>(problem.eligible_rows);
  double squared_mean = 0.0;
  for (const std::int64_t sum : sums) {
    const double mean = problem.value_scale.decode(sum) / count;
    squared_mean += mean * mean;
  }
  const double mean_square = exact_sum(problem.comm, problem.distance_scale, squares) / count;
  return std::max(0.0, mean_square - squared_mean) / static_cast<double>(columns);
}

/// A row and how far it is from its centroid.
struct FarRow {
  double squared_distance = 0.0;
  std::int64_t row = 0;
  std::int64_t label = 0;

  /// The farther one first.
  friend bool operator<(const FarRow& a, const FarRow& b) {
    return a.squared_distance != b.squared_distance ? a.squared_distance > b.squared_distance : a.row < b.row;
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& squared_distance& row& label;
  }
};

/// The rows of all ranks that are farthest from their centroids, farthest first, at most `count`.
std::vector<FarRow> farthest_rows(const KMeansProblem& problem, const Assignment& assignment,
                                  std::size_t count) {
  std::vector<FarRow> far;
  for (std::size_t i = 0; i < assignment.labels.size(); ++i) {
    if (assignment.labels[i] < 0) continue;
    far.push_back({assignment.squared_distances[i], problem.rows.range().begin + static_cast<std::int64_t>(i),
                   assignment.labels[i]});
  }
  const std::size_t kept = std::min(count, far.size());
  std::partial_sort(far.begin(), far.begin() + static_cast<std::ptrdiff_t>(kept), far.end());
  far.resize(kept);
  far = sample_sort(problem.comm, std::move(far));
  const std::int64_t farther = problem.comm.exclusive_sum(std::ssize(far));
  const std::int64_t left =
      std::clamp<std::int64_t>(static_cast<std::int64_t>(count) - farther, 0, std::ssize(far));
  far.resize(static_cast<std::size_t>(left));
  std::vector<FarRow> all;
  for (const Bytes& part : problem.comm.all_gather(std::as_bytes(std::span(far)))) {
    const std::vector<FarRow> theirs = values_of<FarRow>(part);
    all.insert(all.end(), theirs.begin(), theirs.end());
  }
  return all;
}

}  // namespace

KMeansProblem make_problem(Communicator& comm, const ClusteredRows& rows, std::int64_t k,
                           const std::vector<double>* start) {
  std::int64_t eligible = 0;
  for (std::int64_t i = 0; i < rows.local_rows(); ++i) eligible += rows.eligible(i) ? 1 : 0;
  eligible = comm.sum(eligible);
  double squared_length = rows.largest_squared_length();
  if (start != nullptr)
    squared_length = std::max(squared_length, largest_squared_length(*start, rows.columns()));
  KMeansProblem problem{comm,
                        rows,
                        k,
                        eligible,
                        agree_on_scale(comm, rows.largest_value(), eligible),
                        agree_on_scale(comm, 4.0 * squared_length, eligible)};
  problem.mean_column_variance = mean_column_variance(problem);
  return problem;
}

Assignment assign(const KMeansProblem& problem, const std::vector<double>& centroids) {
  leave_if_stop_requested();
  const auto local = static_cast<std::size_t>(problem.rows.local_rows());
  const auto k = static_cast<std::size_t>(problem.k);
  const std::size_t numbers = problem.centroid_numbers();
  Assignment assignment;
  assignment.labels.resize(local);
  assignment.squared_distances.resize(local);
  problem.rows.nearest({centroids, problem.k, problem.rows.columns()}, assignment.labels,
                       assignment.squared_distances);
  // Sums, counts and inertia travel together: one allreduce an iteration.
  std::vector<std::int64_t> totals(numbers + k + 1);
  problem.rows.add_by_label(assignment.labels, problem.value_scale, std::span(totals).first(numbers));
  for (std::size_t i = 0; i < local; ++i) {
    if (assignment.labels[i] < 0) continue;
    ++totals[numbers + static_cast<std::size_t>(assignment.labels[i])];
    totals.back() += problem.distance_scale.encode(assignment.squared_distances[i]);
  }
  problem.comm.allreduce_sum(totals);
  assignment.inertia = totals.back();
  assignment.counts.assign(totals.begin() + static_cast<std::ptrdiff_t>(numbers), totals.end() - 1);
  totals.resize(numbers);
  assignment.sums = std::move(totals);
  return assignment;
}

void fill_empty_groups(const KMeansProblem& problem, Assignment& assignment) {
  std::vector<std::size_t> empty;
  for (std::size_t j = 0; j < assignment.counts.size(); ++j) {
    if (assignment.counts[j] == 0) empty.push_back(j);
  }
  if (empty.empty()) return;
  // Rows of groups of one are passed over, at most one for each group.
  const auto candidates = farthest_rows(problem, assignment, empty.size() + assignment.counts.size());
  const auto columns = static_cast<std::size_t>(problem.rows.columns());
  auto candidate = candidates.begin();
  for (const std::size_t group : empty) {
    while (candidate != candidates.end() &&
           assignment.counts[static_cast<std::size_t>(candidate->label)] <= 1) {
      ++candidate;
    }
    if (candidate == candidates.end() || candidate->squared_distance == 0.0) return;
    const auto donor = static_cast<std::size_t>(candidate->label);
    const std::vector<double> row = fetch_row(problem, candidate->row);
    for (std::size_t c = 0; c < columns; ++c) {
      const std::int64_t encoded = problem.value_scale.encode(row[c]);
      assignment.sums[donor * columns + c] -= encoded;
      assignment.sums[group * columns + c] += encoded;
    }
    --assignment.counts[donor];
    ++assignment.counts[group];
    ++candidate;
  }
}

std::vector<double> means_of(const KMeansProblem& problem, const Assignment& assignment,
                             const std::vector<double>& before) {
  std::vector<double> means = before;
  const auto columns = static_cast<std::size_t>(problem.rows.columns());
  for (std::size_t j = 0; j < assignment.counts.size(); ++j) {
    if (assignment.counts[j] == 0) continue;
    const double count = static_cast<double>(assignment.counts[j]);
    for (std::size_t c = 0; c < columns; ++c) {
      means[j * columns + c] = problem.value_scale.decode(assignment.sums[j * columns + c]) / count;
    }
  }
  return means;
}

std::vector<double> fetch_row(const KMeansProblem& problem, std::int64_t global_row) {
  const RowRange mine = problem.rows.range();
  Bytes packed;
  if (mine.contains(global_row)) packed = problem.rows.pack_row(global_row - mine.begin);
  std::array<std::int64_t, 2> owner_and_bytes{-1, std::ssize(packed)};
  if (mine.contains(global_row)) owner_and_bytes[0] = problem.comm.rank();
  problem.comm.allreduce_max(owner_and_bytes);
  packed.resize(static_cast<std::size_t>(owner_and_bytes[1]));
  problem.comm.broadcast(packed, static_cast<int>(owner_and_bytes[0]));
  std::vector<double> row(static_cast<std::size_t>(problem.rows.columns()));
  problem.rows.unpack_row(packed, row);
  return row;
}

}  // namespace shoal
