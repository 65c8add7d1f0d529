// One assignment and one sum of k-means on the CPU, at the sizes of the peers' figures: dense 20,000 x 4096
// with k = 64 (20,000 rows of VGG features), sparse with 1.14 million entries and k = 100.
#include <benchmark/benchmark.h>

#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

std::vector<double> made_numbers(std::int64_t count, std::uint64_t seed) {
  const RandomStream draws(seed, "bench");
  std::vector<double> numbers;
  for (std::int64_t i = 0; i < count; ++i)
    numbers.push_back(draws.uniform(0, static_cast<std::uint64_t>(i)) - 0.5);
  return numbers;
}

/// Ten or so tags a post, the frequent ones first.
CsrMatrix made_tags(std::int64_t rows, std::int64_t columns) {
  const RandomStream draws(3, "tags");
  CsrMatrix tags;
  tags.columns = columns;
  for (std::int64_t i = 0; i < rows; ++i) {
    const double first = static_cast<double>(columns) / 60.0;
    for (double at = 0.0; at < static_cast<double>(columns);) {
      const double u =
          draws.uniform(static_cast<std::uint64_t>(tags.indices.size()), static_cast<std::uint64_t>(i));
      at += 1.0 + u * u * (first + 3.0 * at);
      if (at >= static_cast<double>(columns)) break;
      tags.indices.push_back(static_cast<std::int32_t>(at));
      tags.values.push_back(0.3F);
    }
    tags.close_row();
  }
  return tags;
}

template <class Rows>
void measure(benchmark::State& state, const Rows& rows, std::size_t count, std::int64_t k, double flops) {
  const auto backend = make_cpu_backend({static_cast<int>(state.range(0)), detect_instruction_level()});
  const auto centroids = made_numbers(k * rows.columns, 2);
  std::vector<std::int32_t> labels(count);
  std::vector<double> distances(count);
  std::vector<std::int64_t> sums(centroids.size());
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, count);
  for (auto _ : state) {
    backend->arrays().nearest_centroid(rows, {centroids, k, rows.columns}, labels, distances);
    backend->arrays().add_by_label(rows, labels, scale, sums);
    std::fill(sums.begin(), sums.end(), 0);
  }
  state.counters["flops"] = benchmark::Counter(flops, benchmark::Counter::kIsIterationInvariantRate);
}

void BM_KmeansDense(benchmark::State& state) {
  constexpr std::int64_t kRows = 20000;
  constexpr std::int64_t kColumns = 4096;
  const auto numbers = made_numbers(kRows * kColumns, 1);
  const std::vector<float> values(numbers.begin(), numbers.end());
  measure(state, DenseView{values.data(), kRows, kColumns}, kRows, 64, 2.0 * 64 * kRows * kColumns);
}
BENCHMARK(BM_KmeansDense)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void BM_KmeansSparse(benchmark::State& state) {
  const CsrMatrix tags = made_tags(100000, 20000);
  state.SetLabel(std::to_string(tags.indices.size()) + " entries");
  measure(state, tags.view(), 100000, 100, 2.0 * 100 * static_cast<double>(tags.indices.size()));
}
BENCHMARK(BM_KmeansSparse)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace shoal
