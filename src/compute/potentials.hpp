// Sums over rows, for several candidates at once, by threads that each have sums of their own.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/base/threads.hpp"

namespace shoal {

/// Adds to potentials what add(row, own) adds to `own`, as long as they, for each of `rows` rows: integers,
/// so that it does not show which thread had which rows.
template <class Add>
void add_potentials_by_rows(std::int64_t rows, int threads, std::span<std::int64_t> potentials,
                            const Add& add) {
  constexpr std::int64_t kPieceRows = 256;
  const auto workers = static_cast<std::size_t>(threads > 0 ? threads : 1);
  std::vector<std::vector<std::int64_t>> of_workers(workers, std::vector<std::int64_t>(potentials.size()));
  const auto pieces = static_cast<std::size_t>((rows + kPieceRows - 1) / kPieceRows);
  parallel_for_workers(pieces, threads, [&](std::size_t piece, int worker) {
    const std::int64_t begin = static_cast<std::int64_t>(piece) * kPieceRows;
    const std::int64_t end = begin + kPieceRows < rows ? begin + kPieceRows : rows;
    // Beside those of other workers they would share a cache line.
    std::vector<std::int64_t> own(potentials.size());
    for (std::int64_t i = begin; i < end; ++i) add(i, std::span(own));
    auto& sums = of_workers[static_cast<std::size_t>(worker)];
    for (std::size_t j = 0; j < own.size(); ++j) sums[j] += own[j];
  });
  for (const auto& sums : of_workers) {
    for (std::size_t j = 0; j < sums.size(); ++j) potentials[j] += sums[j];
  }
}

}  // namespace shoal
