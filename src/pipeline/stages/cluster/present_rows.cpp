// Closing up is in order of rows, so that it does not depend on how many ranks there are.
#include "pipeline/stages/cluster/present_rows.hpp"

#include <algorithm>

namespace shoal {
namespace {

std::vector<std::int64_t> present_places(const FeatureSet& set) {
  std::vector<std::int64_t> places;
  for (std::int64_t row = 0; row < set.dense().rows; ++row) {
    if (set.has(row)) places.push_back(row);
  }
  return places;
}

DenseMatrix copy_of(const DenseView& rows, const std::vector<std::int64_t>& places) {
  DenseMatrix copy(static_cast<std::int64_t>(places.size()), rows.columns);
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::ranges::copy(rows.row(places[i]), copy.row(static_cast<std::int64_t>(i)).begin());
  }
  return copy;
}

DenseRowsInMemory source_of(Communicator& comm, const DenseMatrix& copy) {
  const std::int64_t begin = comm.exclusive_sum(copy.rows);
  return {copy.view(), {begin, begin + copy.rows}, comm.sum(copy.rows)};
}

}  // namespace

PresentRows::PresentRows(Communicator& comm, const FeatureSet& set)
    : all_rows_(set.dense().rows),
      places_(present_places(set)),
      copy_(copy_of(set.dense(), places_)),
      source_(source_of(comm, copy_)) {}

}  // namespace shoal
