// Each rank compares its share of the sample with all of it, which comes by in pieces. Distances are added up
// as integers, so neither the order of pieces nor who computes a pair shows.
#include <algorithm>
#include <cmath>
#include <limits>

#include "lowest_keys.hpp"
#include "measured_rows.hpp"
#include "sample_share.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/random.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/cluster/quality.hpp"
#include "shoal/comm/exact_sums.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kPieceRows = 256;
/// For what rounding adds to a distance that is bounded by two others.
constexpr double kSlack = 1.0 + 1e-6;

bool in_any_group(std::span<const GroupLabels> groupings, std::size_t row) {
  return std::ranges::any_of(groupings, [&](const GroupLabels& of) { return of.labels[row] >= 0; });
}

/// Local numbers of this rank's rows in the sample.
std::vector<std::int64_t> sampled_rows(Communicator& comm, const RowRange& range,
                                       std::span<const GroupLabels> groupings,
                                       const SilhouetteSettings& settings) {
  const RandomStream stream(settings.seed, "silhouette");
  std::vector<std::int64_t> rows;
  std::vector<KeyedRow> keys;
  for (std::int64_t i = 0; i < range.size(); ++i) {
    const auto at = static_cast<std::size_t>(i);
    if (!in_any_group(groupings, at)) continue;
    const auto number = static_cast<std::uint64_t>(
        settings.plain_numbers.empty() ? range.begin + i : settings.plain_numbers[at]);
    rows.push_back(i);
    keys.push_back({stream.bits(0, number), number});
  }
  const KeyedRow limit = limit_of_lowest(comm, keys, settings.most_rows);
  std::vector<std::int64_t> sample;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (keys[i] <= limit) sample.push_back(rows[i]);
  }
  return sample;
}

template <class Matrix>
class Comparison {
 public:
  Comparison(Communicator& comm, SampleShare<Matrix> mine, std::span<const GroupLabels> groupings,
             int threads)
      : comm_(comm), mine_(std::move(mine)), threads_(threads), scale_(FixedPoint::for_sums_of(0.0, 1)) {
    const std::int64_t own = mine_.size();
    for (const Bytes& part : comm.all_gather(std::as_bytes(std::span(&own, 1))))
      shares_.push_back(values_of<std::int64_t>(part).front());
    for (const GroupLabels& of : groupings) {
      k_.push_back(of.k);
      sums_.emplace_back(static_cast<std::size_t>(own * of.k));
    }
    choose_scale();
  }

  /// Adds up the distances of each of this rank's rows to those of each group.
  void run() {
    for (int root = 0; root < comm_.size(); ++root) {
      const std::int64_t count = shares_[static_cast<std::size_t>(root)];
      for (std::int64_t first = 0; first < count; first += kPieceRows) {
        leave_if_stop_requested();
        const auto piece = mine_.broadcast(comm_, first, std::min(kPieceRows, count - first), root);
        parallel_for(static_cast<std::size_t>(mine_.size()), threads_,
                     [&](std::size_t i) { add_distances(i, piece); });
      }
    }
  }

  /// Of this rank's rows in the sample; NaN where the grouping leaves one out.
  [[nodiscard]] std::vector<double> values(std::size_t grouping, std::span<const std::int64_t> sizes) const {
    std::vector<double> values;
    for (std::size_t i = 0; i < mine_.labels[grouping].size(); ++i) {
      const std::int32_t label = mine_.labels[grouping][i];
      values.push_back(label < 0 ? std::numeric_limits<double>::quiet_NaN()
                                 : value_of(i, static_cast<std::size_t>(label), grouping, sizes));
    }
    return values;
  }

  [[nodiscard]] const std::vector<std::int32_t>& labels(std::size_t grouping) const {
    return mine_.labels[grouping];
  }

 private:
  /// No two rows are farther apart than twice the farthest is from the first one.
  void choose_scale() {
    std::int64_t all = 0;
    int root = -1;
    for (std::size_t rank = 0; rank < shares_.size(); ++rank) {
      if (root < 0 && shares_[rank] > 0) root = static_cast<int>(rank);
      all += shares_[rank];
    }
    if (root < 0) return;
    const auto first = mine_.broadcast(comm_, 0, 1, root);
    double farthest = 0.0;
    for (std::int64_t i = 0; i < mine_.size(); ++i)
      farthest = std::max(farthest, std::sqrt(squared_distance(mine_.rows.view(), i, first.rows.view(), 0)));
    scale_ = agree_on_scale(comm_, 2.0 * kSlack * farthest, all);
  }

  void add_distances(std::size_t i, const SampleShare<Matrix>& piece) {
    const auto mine = mine_.rows.view();
    const auto others = piece.rows.view();
    for (std::int64_t other = 0; other < row_count(others); ++other) {
      const std::int64_t distance =
          scale_.encode(std::sqrt(squared_distance(mine, static_cast<std::int64_t>(i), others, other)));
      for (std::size_t g = 0; g < k_.size(); ++g) {
        const std::int32_t label = piece.labels[g][static_cast<std::size_t>(other)];
        if (label >= 0)
          sums_[g][i * static_cast<std::size_t>(k_[g]) + static_cast<std::size_t>(label)] += distance;
      }
    }
  }

  [[nodiscard]] double value_of(std::size_t i, std::size_t label, std::size_t grouping,
                                std::span<const std::int64_t> sizes) const {
    const std::int64_t* sums = sums_[grouping].data() + i * sizes.size();
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t j = 0; j < sizes.size(); ++j) {
      if (j != label && sizes[j] > 0)
        nearest = std::min(nearest, scale_.decode(sums[j]) / static_cast<double>(sizes[j]));
    }
    if (sizes[label] < 2 || !std::isfinite(nearest)) return 0.0;
    const double own = scale_.decode(sums[label]) / static_cast<double>(sizes[label] - 1);
    const double larger = std::max(own, nearest);
    return larger > 0.0 ? (nearest - own) / larger : 0.0;
  }

  Communicator& comm_;
  SampleShare<Matrix> mine_;
  int threads_;
  FixedPoint scale_;
  std::vector<std::int64_t> shares_;             ///< rows of each rank in the sample
  std::vector<std::int64_t> k_;                  ///< of each grouping
  std::vector<std::vector<std::int64_t>> sums_;  ///< of each grouping: this rank's rows x k, under scale_
};

/// Adds up integers by group, over all ranks.
template <class Value>
std::vector<std::int64_t> totals_by_group(Communicator& comm, const std::vector<std::int32_t>& labels,
                                          std::int64_t k, const Value& value) {
  std::vector<std::int64_t> totals(static_cast<std::size_t>(k));
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] >= 0) totals[static_cast<std::size_t>(labels[i])] += value(i);
  }
  comm.allreduce_sum(totals);
  return totals;
}

/// values: of this rank's rows in the sample, which are `rows` among its `local` ones.
Silhouettes summary_of(Communicator& comm, std::span<const double> values,
                       const std::vector<std::int32_t>& labels, std::span<const std::int64_t> sizes,
                       std::span<const std::int64_t> rows, std::int64_t local) {
  Silhouettes summary;
  summary.of_rows.assign(static_cast<std::size_t>(local), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < rows.size(); ++i)
    summary.of_rows[static_cast<std::size_t>(rows[i])] = values[i];
  for (const std::int64_t size : sizes) summary.rows += size;
  const FixedPoint scale =
      FixedPoint::for_sums_of(1.0, static_cast<std::uint64_t>(std::max<std::int64_t>(summary.rows, 1)));
  const std::vector<std::int64_t> totals = totals_by_group(
      comm, labels, std::ssize(sizes), [&](std::size_t i) { return scale.encode(values[i]); });
  std::int64_t all = 0;
  for (std::size_t j = 0; j < sizes.size(); ++j) {
    all += totals[j];
    summary.of_groups.push_back(sizes[j] > 0 ? scale.decode(totals[j]) / static_cast<double>(sizes[j])
                                             : std::numeric_limits<double>::quiet_NaN());
  }
  if (summary.rows > 0) summary.mean = scale.decode(all) / static_cast<double>(summary.rows);
  return summary;
}

template <class View>
std::vector<Silhouettes> silhouettes_of(Communicator& comm, const View& view, const RowRange& range,
                                        std::span<const GroupLabels> groupings,
                                        const SilhouetteSettings& settings) {
  const std::vector<std::int64_t> rows = sampled_rows(comm, range, groupings, settings);
  using Matrix = decltype(gather(view, rows));
  SampleShare<Matrix> share{gather(view, rows), {}};
  for (const GroupLabels& of : groupings) {
    SHOAL_EXPECT(std::ssize(of.labels) == range.size());
    auto& labels = share.labels.emplace_back();
    for (const std::int64_t row : rows) labels.push_back(of.labels[static_cast<std::size_t>(row)]);
  }
  Comparison<Matrix> comparison(comm, std::move(share), groupings, settings.threads);
  comparison.run();
  std::vector<Silhouettes> all;
  for (std::size_t g = 0; g < groupings.size(); ++g) {
    const auto& labels = comparison.labels(g);
    const auto sizes =
        totals_by_group(comm, labels, groupings[g].k, [](std::size_t) { return std::int64_t{1}; });
    all.push_back(summary_of(comm, comparison.values(g, sizes), labels, sizes, rows, range.size()));
  }
  return all;
}

}  // namespace

std::vector<Silhouettes> silhouettes(Communicator& comm, const DenseRowSource& rows,
                                     std::span<const GroupLabels> groupings,
                                     const SilhouetteSettings& settings) {
  return silhouettes_of(comm, measured_view(rows), rows.range(), groupings, settings);
}

std::vector<Silhouettes> silhouettes(Communicator& comm, const SparseRowSource& rows,
                                     std::span<const GroupLabels> groupings,
                                     const SilhouetteSettings& settings) {
  return silhouettes_of(comm, measured_view(rows), rows.range(), groupings, settings);
}

}  // namespace shoal
