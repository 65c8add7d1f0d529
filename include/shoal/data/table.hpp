// Tables as results see them: rows with columns, feature sets, graphs and models. Stages read tables and add
// to them; whoever stores or forecasts walks them and knows no stage.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "shoal/data/blocks.hpp"
#include "shoal/data/matrix.hpp"
#include "shoal/data/row_source.hpp"

namespace shoal {

// What a column may hold: a value for each of this rank's rows. A mask says 1 where the value is missing.
struct TextValues {
  std::vector<std::string> values;
  bool repeats = false;  ///< whether values of their kind often occur many times, as names of accounts do
};
struct IntegerValues {
  std::vector<std::int64_t> values;
};
/// Stored as real numbers, NaN where they are missing; exact up to 2^53.
struct NullableIntegerValues {
  std::vector<std::int64_t> values;
  std::vector<std::uint8_t> missing;
};
struct FloatValues {
  std::vector<float> values;
};
struct DoubleValues {
  std::vector<double> values;
};
struct TruthValues {
  std::vector<std::uint8_t> values;
};
/// codes: index into categories, -1 where missing. categories: distinct, the same on all ranks.
struct CategoryValues {
  std::vector<std::int32_t> codes;
  std::vector<std::string> categories;
};
/// Rows of another table; negative where there is none. Stored as real numbers, NaN where there is none.
struct RowsOfTable {
  std::string table;
  std::vector<std::int64_t> rows;
};
using ColumnValues = std::variant<TextValues, IntegerValues, NullableIntegerValues, FloatValues, DoubleValues,
                                  TruthValues, CategoryValues, RowsOfTable>;

/// A named column. Its values are made when they are written, so that memory holds one column at a time.
struct Column {
  std::string name;
  std::function<ColumnValues()> values;  ///< collective, called in the table's order
};

/// k rows in the columns of a feature set (centroids, components): the same on all ranks.
struct Model {
  std::string name;
  std::string of;            ///< the feature set
  std::int64_t rows = 0;     ///< k
  std::int64_t columns = 0;  ///< of the feature set
  std::function<const std::vector<double>&()>
      values;  ///< rows x columns, row-major; lives as long as the table
};

/// For each of a table's rows those of another table that belong to it: the images of a post.
struct Link {
  std::vector<std::int64_t> offsets{0};  ///< this rank's rows + 1
  std::vector<std::int64_t> targets;     ///< rows of the other table, distinct for each row
  /// Whether the file has the link in obsm, under the other table's name: rows times the other's rows. The
  /// same on all ranks.
  bool is_stored = false;
  /// Then, for each target: its number among those of the row, counted from 1, as the file tells it.
  std::vector<std::int64_t> numbers{};

  /// A link with one target a row, or none where it is negative.
  static Link one_each(const std::vector<std::int64_t>& targets);
  /// The first target of each row; -1 where there is none.
  [[nodiscard]] std::vector<std::int64_t> first() const;
};

/// Weighted edges between a table's rows: neighbours, follows. edges: this rank's rows x all rows.
struct Graph {
  std::string name;
  CsrMatrix edges;
};

/// The names of any columns, numbered from 0; each rank asks for its own. Collective.
using ColumnNames = std::function<std::vector<std::string>(std::span<const std::int64_t>)>;
/// Names that each rank can tell by itself.
ColumnNames names_by(std::function<std::string(std::int64_t)> name_of_column);

/// Rows of numbers, one for each row of a table that this rank owns.
struct FeatureSet {
  std::string name;
  std::string kind;  ///< as job files spell it
  int order = 0;     ///< of its entry in the job: the first set is X, where there is no tf-idf
  std::int64_t columns = 0;
  std::variant<CsrMatrix, DenseMatrix> rows{};
  /// Whether rows may lack features beyond what the rows show (a sparse row without entries shows it); the
  /// same on all ranks. Absent rows of a dense set hold zeros, of a map NaN, and belong to no group.
  bool may_be_absent = false;
  std::vector<std::uint8_t> present{};  ///< then: 1 for each of this rank's rows that has features
  /// Where a dense set can be had again, such as from a journal: its rows, as they were. Collective. Rows
  /// that no further stage reads may then be released, to make room.
  std::function<DenseMatrix()> read_again{};
  bool released = false;
  ColumnNames column_names{};
  /// What else is known of each column: values of this rank's share of BlockPartition(columns, ranks).
  std::vector<Column> about_columns{};

  [[nodiscard]] bool sparse() const { return std::holds_alternative<CsrMatrix>(rows); }
  [[nodiscard]] CsrView csr() const { return std::get<CsrMatrix>(rows).view(); }
  [[nodiscard]] DenseView dense() const { return std::get<DenseMatrix>(rows).view(); }
  /// Frees the rows. read_again must be there.
  void release();
  /// Whether this rank's row has features.
  [[nodiscard]] bool has(std::int64_t row) const;
};

/// A table: posts, images, accounts. Its file is <name>.h5ad.
struct Table {
  std::string name;
  BlockPartition partition{};
  /// Columns of rows, and models of X (which stand among them in the file), in the order in which they were
  /// added.
  std::vector<std::variant<Column, Model>> columns{};
  std::vector<FeatureSet> sets{};       ///< in the order of the job file
  std::map<std::string, Link> links{};  ///< by the other table's name
  std::vector<Graph> graphs{};
  /// Where the file is to have each of this rank's rows, if not in their own order: absent or there on all
  /// ranks. Random draws, ties and tiles go by the rows' own numbers, which no file shows then.
  std::optional<std::vector<std::int64_t>> stored{};

  void add(std::string column, std::function<ColumnValues()> values);
  /// Puts the set where the order of the job wants it.
  void add(FeatureSet set);
  /// The set that is X in the file: the first of tf-idf, else the first; null where there is none.
  [[nodiscard]] const FeatureSet* x() const;
  [[nodiscard]] FeatureSet* set(std::string_view wanted);
  [[nodiscard]] const FeatureSet* set(std::string_view wanted) const;
};

}  // namespace shoal
