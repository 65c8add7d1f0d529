// A rank's rows of a sample of all ranks' rows, and how they come to the others.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "measured_rows.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// root's values on all ranks. Collective.
template <class T>
void broadcast_values(Communicator& comm, std::vector<T>& values, int root) {
  const std::int64_t count = comm.max(comm.rank() == root ? std::ssize(values) : std::int64_t{0});
  values.resize(static_cast<std::size_t>(count));
  comm.broadcast(std::as_writable_bytes(std::span(values)), root);
}

inline void broadcast_rows(Communicator& comm, DenseMatrix& rows, int root) {
  broadcast_values(comm, rows.values, root);
  rows.rows = rows.columns > 0 ? std::ssize(rows.values) / rows.columns : 0;
}

inline void broadcast_rows(Communicator& comm, CsrMatrix& rows, int root) {
  broadcast_values(comm, rows.offsets, root);
  broadcast_values(comm, rows.indices, root);
  broadcast_values(comm, rows.values, root);
}

/// This rank's rows of the sample, with their labels in each grouping.
template <class Matrix>
struct SampleShare {
  Matrix rows;
  std::vector<std::vector<std::int32_t>> labels;

  [[nodiscard]] std::int64_t size() const { return row_count(rows.view()); }
  /// A part of a rank's share on all ranks. Collective.
  [[nodiscard]] SampleShare broadcast(Communicator& comm, std::int64_t first, std::int64_t count,
                                      int root) const {
    SampleShare part;
    part.labels.resize(labels.size());
    std::vector<std::int64_t> wanted;
    for (std::int64_t i = first; comm.rank() == root && i < first + count; ++i) {
      wanted.push_back(i);
      for (std::size_t g = 0; g < labels.size(); ++g)
        part.labels[g].push_back(labels[g][static_cast<std::size_t>(i)]);
    }
    part.rows = gather(rows.view(), wanted);
    broadcast_rows(comm, part.rows, root);
    for (auto& of_grouping : part.labels) broadcast_values(comm, of_grouping, root);
    return part;
  }
};

}  // namespace shoal
