// From eigenpairs to components: how many there are, and their signs.
#include "shoal/linear/decomposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"
#include "shoal/data/usable_value.hpp"
#include "shoal/linear/column_moments.hpp"
#include "squared_matrix.hpp"
#include "subspace_iteration.hpp"

namespace shoal {
namespace {

/// Magnitudes that differ by less are equal but for rounding.
constexpr double kSameMagnitude = 1e-9;
/// Blocks that are held at once, those of integer sums included.
constexpr std::int64_t kBlocksHeld = 4;

void refuse_many(const DecompositionSettings& settings, std::int64_t rows, std::int64_t columns) {
  if (settings.components < std::min(rows, columns)) return;
  throw UsageError(fmt::format(
      "{}: {} components are asked for, of {} rows of {} numbers; ask for fewer than the smaller of the "
      "two",
      settings.name, settings.components, rows, columns));
}

/// The row of a component, with its sign.
std::vector<double> component_of(const Block& vectors, std::int64_t component) {
  std::vector<double> values(static_cast<std::size_t>(vectors.rows()));
  double largest = 0.0;
  for (std::int64_t i = 0; i < vectors.rows(); ++i) {
    values[static_cast<std::size_t>(i)] = vectors.at(i, component);
    largest = std::max(largest, std::abs(vectors.at(i, component)));
  }
  const auto decisive = std::ranges::find_if(
      values, [&](double value) { return std::abs(value) >= largest * (1.0 - kSameMagnitude); });
  if (decisive != values.end() && *decisive < 0.0) {
    for (double& value : values) value = -value;
  }
  return values;
}

Decomposition decompose(const SquaredMatrix& matrix, const DecompositionSettings& settings,
                        const Workers& workers, Checkpoint& checkpoint) {
  refuse_many(settings, matrix.rows(), matrix.columns());
  if (matrix.total() == 0.0) {
    throw UsageError(fmt::format("{}: all {} rows are the same, so that there are no components to be had",
                                 settings.name, matrix.rows()));
  }
  const SubspaceSettings iteration{settings.components, settings.seed, Decomposition::kResidual,
                                   Decomposition::kMostProducts, settings.name};
  Eigenpairs pairs = largest_eigenpairs(matrix, iteration, workers, checkpoint);
  Decomposition result;
  result.columns = matrix.columns();
  result.rows = matrix.rows();
  result.total = matrix.total();
  result.products = pairs.products;
  result.residual = pairs.residual;
  result.values = std::move(pairs.values);
  if (result.count() < settings.components) {
    throw UsageError(
        fmt::format("{}: {} components are asked for, and the rows have only {} directions that differ; ask "
                    "for at most so many",
                    settings.name, settings.components, result.count()));
  }
  for (std::int64_t component = 0; component < result.count(); ++component) {
    const std::vector<double> values = component_of(pairs.vectors, component);
    result.components.insert(result.components.end(), values.begin(), values.end());
  }
  log::debug("{}: {} products with the rows, residual {:.1e}", settings.name, result.products,
             result.residual);
  return result;
}

void require_usable_rows(const MaskedRows& rows) {
  for (std::int64_t i = 0; i < rows.rows.rows; ++i) {
    if (!rows.has(i)) continue;
    const auto row = rows.rows.row(i);
    for (std::size_t c = 0; c < row.size(); ++c)
      require_usable(row[c], rows.range.begin + i, static_cast<std::int64_t>(c), "computed with");
  }
}

Workers workers_of(int threads) { return {threads, detect_instruction_level()}; }

}  // namespace

Decomposition truncated_svd(Communicator& comm, const SparseRowSource& rows,
                            const DecompositionSettings& settings, Checkpoint& checkpoint) {
  const Workers workers = workers_of(settings.threads);
  const CsrView all = rows.rows(0, rows.range().size());
  return decompose(*square_of(comm, all, rows.range(), workers), settings, workers, checkpoint);
}

Decomposition principal_components(Communicator& comm, const MaskedRows& rows,
                                   const DecompositionSettings& settings, Checkpoint& checkpoint) {
  const Workers workers = workers_of(settings.threads);
  require_usable_rows(rows);
  std::vector<double> mean = column_moments(comm, rows, settings.threads).means;
  Decomposition result = decompose(*square_of(comm, rows, mean, workers), settings, workers, checkpoint);
  result.mean = std::move(mean);
  return result;
}

std::int64_t size_of_checkpoint(std::int64_t components, std::int64_t columns) {
  return Block::slices_of(2 * components) * Block::kSlice * columns *
         static_cast<std::int64_t>(sizeof(double));
}

std::int64_t memory_of_decomposition(const DecompositionShape& shape, int threads) {
  const std::int64_t width = 2 * shape.components;
  const std::int64_t block = size_of_checkpoint(shape.components, shape.columns);
  if (!shape.sparse) return kBlocksHeld * block + memory_of_batch(shape.rows, shape.columns, width);
  // Threads that share a slice have sums of their own.
  return (kBlocksHeld + std::max<std::int64_t>(0, threads / Block::slices_of(width) - 1)) * block;
}

}  // namespace shoal
