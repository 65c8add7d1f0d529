// Where each part of a table goes: columns to obs, X and what is known of its columns to X and var, models of
// X to varm, other sets and links to obsm, graphs to obsp. Models of other sets have a file of their own
// (store/models_writer.hpp).
#include "pipeline/results/table_file.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "pipeline/results/text_categories.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

std::vector<std::uint8_t> missing_rows(const RowsOfTable& column) {
  std::vector<std::uint8_t> missing;
  missing.reserve(column.rows.size());
  for (const std::int64_t row : column.rows) missing.push_back(row < 0 ? 1 : 0);
  return missing;
}

/// Whole numbers, exact up to 2^53, with NaN where they are missing: AnnData's nullable integers, a mask
/// beside numbers, are refused by cellxgene, and readers that know no masks take what stands under one for a
/// number.
std::vector<double> with_gaps(std::span<const std::int64_t> values, std::span<const std::uint8_t> missing) {
  std::vector<double> numbers;
  numbers.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    numbers.push_back(missing[i] != 0 ? std::numeric_limits<double>::quiet_NaN()
                                      : static_cast<double>(values[i]));
  }
  return numbers;
}

/// Returns false where the column is to come last.
bool write_obs(H5adWriter& file, const std::string& name, const ColumnValues& values) {
  if (const auto* texts = std::get_if<TextValues>(&values)) return file.obs_strings(name, texts->values);
  const Overloaded write{
      [](const TextValues&) {},
      [&](const IntegerValues& v) { file.obs_integers(name, v.values); },
      [&](const NullableIntegerValues& v) { file.obs_doubles(name, with_gaps(v.values, v.missing)); },
      [&](const FloatValues& v) { file.obs_floats(name, v.values); },
      [&](const DoubleValues& v) { file.obs_doubles(name, v.values); },
      [&](const TruthValues& v) { file.obs_booleans(name, v.values); },
      [&](const CategoryValues& v) { file.obs_categorical(name, v.codes, v.categories); },
      [&](const RowsOfTable& v) { file.obs_doubles(name, with_gaps(v.rows, missing_rows(v))); }};
  std::visit(write, values);
  return true;
}

/// Returns false where the column is to come last.
bool write_var(H5adWriter& file, const Column& column) {
  const ColumnValues values = column.values();
  if (const auto* texts = std::get_if<TextValues>(&values))
    return file.var_strings(column.name, texts->values);
  const Overloaded write{[&](const IntegerValues& v) { file.var_integers(column.name, v.values); },
                         [&](const FloatValues& v) { file.var_floats(column.name, v.values); },
                         [&](const DoubleValues& v) { file.var_doubles(column.name, v.values); },
                         [&](const auto&) {
                           throw FailureError(
                               "a column of var may hold texts or numbers. This is a defect of Shoal; "
                               "please report it");
                         }};
  std::visit(write, values);
  return true;
}

/// A model as AnnData has it: a row for each column of X.
std::vector<double> by_column(const Model& model) {
  const std::vector<double>& values = model.values();
  const auto k = static_cast<std::size_t>(model.rows);
  const auto columns = static_cast<std::size_t>(model.columns);
  std::vector<double> turned(values.size());
  for (std::size_t j = 0; j < k; ++j) {
    for (std::size_t c = 0; c < columns; ++c) turned[c * k + j] = values[j * columns + c];
  }
  return turned;
}

/// The names of columns of X, as a column of var.
Column names_of_columns(const FeatureSet& set, RowRange share) {
  return {"_index", [&set, share] {
            std::vector<std::int64_t> columns(static_cast<std::size_t>(share.size()));
            std::iota(columns.begin(), columns.end(), share.begin);
            return TextValues{set.column_names(columns)};
          }};
}

/// Calls write with the rows of a dense set, read again where they were released. Collective then.
template <class Write>
void with_rows(const FeatureSet& set, const Write& write) {
  if (!set.released) return write(set.dense());
  const DenseMatrix again = set.read_again();
  write(again.view());
}

/// The same entries in other columns, which rise in each row.
CsrMatrix with_columns(const CsrMatrix& rows, const std::vector<std::int64_t>& columns) {
  CsrMatrix changed;
  changed.columns = rows.columns;
  std::vector<std::pair<std::int32_t, float>> entries;
  for (std::int64_t row = 0; row < rows.rows(); ++row) {
    entries.clear();
    const auto end = static_cast<std::size_t>(rows.offsets[static_cast<std::size_t>(row) + 1]);
    for (auto i = static_cast<std::size_t>(rows.offsets[static_cast<std::size_t>(row)]); i < end; ++i) {
      entries.emplace_back(static_cast<std::int32_t>(columns[i]), rows.values[i]);
    }
    std::ranges::sort(entries);
    for (const auto& [column, value] : entries) {
      changed.indices.push_back(column);
      changed.values.push_back(value);
    }
    changed.close_row();
  }
  return changed;
}

std::int64_t columns_of_x(const Table& table) { return table.x() == nullptr ? 0 : table.x()->columns; }

}  // namespace

bool is_of_x(const Model& model, const Table& table) {
  return table.x() != nullptr && model.of == table.x()->name;
}

TableFile::TableFile(Communicator& comm, const std::filesystem::path& folder, const Table& table,
                     const std::map<std::string, Table>& tables, const UnsValue& facts)
    : comm_(comm),
      order_(comm, table),
      file_(comm, folder / (table.name + ".h5ad"), table.partition.owned_by(comm.rank()),
            table.partition.rows(), columns_of_x(table)) {
  write_columns(table, tables);
  write_features(table);
  for (const auto& [other, link] : table.links) {
    if (link.is_stored) write_link(link, tables.at(other));
  }
  for (const Graph& graph : table.graphs) write_graph(table, graph);
  file_.uns(facts);
  write_last();
  file_.verify();
}

bool TableFile::write_column(const std::string& name, ColumnValues values,
                             const std::map<std::string, Table>& tables) {
  if (auto* rows = std::get_if<RowsOfTable>(&values)) {
    rows->rows = stored_rows(comm_, tables.at(rows->table), rows->rows);
  } else if (auto* texts = std::get_if<TextValues>(&values); texts != nullptr && texts->repeats) {
    if (auto categories = as_categories(comm_, texts->values)) values = std::move(*categories);
  }
  return write_obs(file_, name, order_.moved(std::move(values)));
}

void TableFile::write_last() {
  for (const Column* column : last_of_obs_) {
    const ColumnValues values = order_.moved(column->values());
    file_.obs_strings_last(column->name, std::get<TextValues>(values).values);
  }
  for (const Column& column : last_of_var_) {
    const ColumnValues values = column.values();
    file_.var_strings_last(column.name, std::get<TextValues>(values).values);
  }
}

void TableFile::write_columns(const Table& table, const std::map<std::string, Table>& tables) {
  for (const auto& part : table.columns) {
    if (const auto* column = std::get_if<Column>(&part)) {
      if (!write_column(column->name, column->values(), tables)) last_of_obs_.push_back(column);
    } else if (const Model& model = std::get<Model>(part); is_of_x(model, table)) {
      file_.varm_doubles(model.name, by_column(model), model.rows);
    }
  }
  for (const FeatureSet& set : table.sets) {
    if (set.may_be_absent) write_column(set.name + "_present", TruthValues{set.present}, tables);
  }
}

void TableFile::write_sparse(const FeatureSet& set, bool is_x) {
  const auto write = [&](const CsrView& rows) { is_x ? file_.x_csr(rows) : file_.obsm_csr(set.name, rows); };
  order_.is_own() ? write(set.csr()) : write(order_.moved(set.csr()).view());
}

void TableFile::write_dense(const FeatureSet& set, bool is_x) {
  const auto write = [&](const auto& rows) { is_x ? file_.x_dense(rows) : file_.obsm_dense(set.name, rows); };
  with_rows(set, [&](const DenseView& rows) { order_.is_own() ? write(rows) : write(order_.slabs(rows)); });
}

void TableFile::write_features(const Table& table) {
  const FeatureSet* x = table.x();
  if (x == nullptr) {
    static_cast<void>(file_.var_strings("_index", {}));
    return;
  }
  std::vector<Column> about{names_of_columns(*x, file_.var_share())};
  about.insert(about.end(), x->about_columns.begin(), x->about_columns.end());
  for (Column& column : about) {
    if (!write_var(file_, column)) last_of_var_.push_back(std::move(column));
  }
  const auto write = [&](const FeatureSet& set) {
    set.sparse() ? write_sparse(set, &set == x) : write_dense(set, &set == x);
  };
  write(*x);
  for (const FeatureSet& set : table.sets) {
    if (&set != x) write(set);
  }
}

void TableFile::write_link(const Link& link, const Table& to) {
  CsrMatrix numbers;
  numbers.columns = to.partition.rows();
  numbers.offsets = link.offsets;
  numbers.indices.resize(link.targets.size());
  numbers.values.assign(link.numbers.begin(), link.numbers.end());
  const CsrMatrix rows = with_columns(numbers, stored_rows(comm_, to, link.targets));
  file_.obsm_csr(to.name, order_.is_own() ? rows.view() : order_.moved(rows.view()).view());
}

void TableFile::write_graph(const Table& table, const Graph& graph) {
  if (order_.is_own()) return file_.obsp_csr(graph.name, graph.edges.view());
  const std::vector<std::int64_t> ends(graph.edges.indices.begin(), graph.edges.indices.end());
  const CsrMatrix edges = with_columns(graph.edges, stored_rows(comm_, table, ends));
  file_.obsp_csr(graph.name, order_.moved(edges.view()).view());
}

}  // namespace shoal
