// The rows of a dense set that have features, as a table of their own: what methods see where rows are
// absent.
#pragma once

#include <cstdint>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/row_source.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

class PresentRows {
 public:
  /// Copies the rows that are present. Their numbers close up over the absent ones, in order, over all ranks.
  /// Collective.
  PresentRows(Communicator& comm, const FeatureSet& set);

  [[nodiscard]] const DenseRowSource& rows() const { return source_; }

  /// Values of present rows at their places among all rows of this rank; absent rows get `absent`.
  template <class T>
  [[nodiscard]] std::vector<T> spread(const std::vector<T>& values, T absent) const {
    std::vector<T> all(static_cast<std::size_t>(all_rows_), absent);
    for (std::size_t i = 0; i < values.size(); ++i) all[static_cast<std::size_t>(places_[i])] = values[i];
    return all;
  }

 private:
  std::int64_t all_rows_;
  std::vector<std::int64_t> places_;  ///< of the present rows among this rank's
  DenseMatrix copy_;
  DenseRowsInMemory source_;
};

}  // namespace shoal
