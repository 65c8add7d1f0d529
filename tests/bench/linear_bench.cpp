// Truncated SVD of made tags: 200,000 posts x 20,000 tags, about 7 a post, to 100 components.
#include <benchmark/benchmark.h>

#include "bench_inputs.hpp"
#include "shoal/linear/decomposition.hpp"

namespace shoal {
namespace {

void BM_TruncatedSvd(benchmark::State& state) {
  const CsrMatrix& tags = bench::tag_rows();
  const auto comm = make_single_rank();
  const SparseRowsInMemory rows(tags.view(), {0, tags.rows()}, tags.rows());
  Decomposition found;
  for (auto _ : state) {
    NoCheckpoint none;
    found =
        truncated_svd(*comm, rows, {.components = 100, .threads = static_cast<int>(state.range(0))}, none);
    benchmark::DoNotOptimize(project(tags.view(), found, static_cast<int>(state.range(0))));
  }
  state.SetItemsProcessed(state.iterations() * tags.rows());
  state.counters["entries"] = static_cast<double>(tags.indices.size());
  state.counters["products"] = static_cast<double>(found.products);
  state.counters["residual"] = found.residual;
}
BENCHMARK(BM_TruncatedSvd)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace shoal
