// Groups that judges know, and shares of them, for tests of measures.
#pragma once

#include <cstdint>
#include <fstream>
#include <istream>
#include <limits>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal::testing {

/// How near judges' values are to be.
inline constexpr double kJudged = 1e-9;

inline ArrayOperations& arrays() {
  static const auto backend = make_cpu_backend({1, detect_instruction_level()});
  return backend->arrays();
}

struct JudgedRow {
  double silhouette = 0.0;
  double distance = 0.0;
  std::int32_t second = 0;
  double margin = 0.0;
};

/// Rows with groups, and what judges said of them (tools/golden/make_group_quality.py).
struct Judged {
  DenseMatrix rows;
  std::vector<std::int32_t> labels;
  std::int64_t k = 0;
  std::vector<double> centroids;
  double calinski_harabasz = 0.0;
  double davies_bouldin = 0.0;
  double silhouette = 0.0;
  double cohesion = 0.0;
  std::vector<double> cohesions;
  std::vector<double> margins;
  std::vector<JudgedRow> of_rows;  ///< all zeros for a row without a group
};

template <class T>
void read_values(std::istream& from, std::vector<T>& values, std::int64_t count) {
  values.resize(static_cast<std::size_t>(count));
  for (T& value : values) from >> value;
}

inline std::vector<Judged> judged_tables() {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/quality.txt");
  golden.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  std::vector<Judged> tables;
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t k = 0;
  while (golden >> rows >> columns >> k) {
    Judged& table = tables.emplace_back();
    table.rows = DenseMatrix(rows, columns);
    table.k = k;
    read_values(golden, table.rows.values, rows * columns);
    read_values(golden, table.labels, rows);
    read_values(golden, table.centroids, k * columns);
    golden >> table.calinski_harabasz >> table.davies_bouldin >> table.silhouette >> table.cohesion;
    read_values(golden, table.cohesions, k);
    read_values(golden, table.margins, k);
    for (const std::int32_t label : table.labels) {
      JudgedRow& row = table.of_rows.emplace_back();
      if (label >= 0) golden >> row.silhouette >> row.distance >> row.second >> row.margin;
    }
  }
  return tables;
}

inline CsrMatrix sparse_of(const DenseView& rows) {
  CsrMatrix sparse;
  sparse.columns = rows.columns;
  for (std::int64_t i = 0; i < rows.rows; ++i) {
    for (std::int32_t c = 0; c < rows.columns; ++c) {
      const float value = rows.row(i)[static_cast<std::size_t>(c)];
      if (value == 0.0F) continue;
      sparse.indices.push_back(c);
      sparse.values.push_back(value);
    }
    sparse.close_row();
  }
  return sparse;
}

/// A rank's share of a table that everyone has, dense and sparse: shares of different sizes, and of three
/// ranks the second has none.
struct Share {
  Share(Communicator& comm, const DenseMatrix& all, const std::vector<std::int32_t>& all_labels)
      : range(range_of(comm, all.rows)),
        view{all.values.data() + range.begin * all.columns, range.size(), all.columns},
        dense(view, range, all.rows),
        csr(sparse_of(view)),
        sparse(csr.view(), range, all.rows),
        labels(all_labels.begin() + range.begin, all_labels.begin() + range.end) {}

  static RowRange range_of(Communicator& comm, std::int64_t rows) {
    const std::int64_t cut = comm.size() == 1 ? rows : rows / 3;
    if (comm.rank() == 0) return {0, cut};
    return comm.rank() == comm.size() - 1 ? RowRange{cut, rows} : RowRange{cut, cut};
  }

  RowRange range;
  DenseView view;
  DenseRowsInMemory dense;
  CsrMatrix csr;
  SparseRowsInMemory sparse;
  std::vector<std::int32_t> labels;
};

/// Rows of 37 columns in 9 groups that overlap, of values that no binary fraction of few digits is.
inline DenseMatrix made_rows() {
  const RandomStream stream(4, "quality test");
  DenseMatrix rows(400, 37);
  for (std::size_t i = 0; i < rows.values.size(); ++i) {
    const double value = stream.uniform(0, i) - 0.3 + (i / 37 % 9 == i % 37 ? 0.9 : 0.0);
    rows.values[i] = static_cast<float>(value < 0.3 ? 0.0 : value);
  }
  return rows;
}

}  // namespace shoal::testing
