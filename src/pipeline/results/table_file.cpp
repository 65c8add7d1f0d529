// Where each part of a table goes: columns to obs, X and what is known of its columns to X and var, models of
// X to varm, other sets to obsm, graphs to obsp. Models of other sets have a file of their own
// (store/models_writer.hpp).
#include "pipeline/results/table_file.hpp"

#include <string>
#include <vector>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};

void write_obs(H5adWriter& file, const std::string& name, const ColumnValues& values) {
  const Overloaded write{
      [&](const TextValues& v) {
        name == "_index" ? file.obs_index(v.values) : file.obs_strings(name, v.values);
      },
      [&](const IntegerValues& v) { file.obs_integers(name, v.values); },
      [&](const NullableIntegerValues& v) { file.obs_nullable_integers(name, v.values, v.missing); },
      [&](const FloatValues& v) { file.obs_floats(name, v.values); },
      [&](const DoubleValues& v) { file.obs_doubles(name, v.values); },
      [&](const TruthValues& v) { file.obs_booleans(name, v.values); },
      [&](const CategoryValues& v) { file.obs_categorical(name, v.codes, v.categories); }};
  std::visit(write, values);
}

void write_var(H5adWriter& file, const Column& column) {
  const Overloaded write{[&](const TextValues& v) { file.var_strings(column.name, v.values); },
                         [&](const IntegerValues& v) { file.var_integers(column.name, v.values); },
                         [&](const FloatValues& v) { file.var_floats(column.name, v.values); },
                         [&](const DoubleValues& v) { file.var_doubles(column.name, v.values); },
                         [&](const auto&) {
                           throw FailureError(
                               "a column of var may hold texts or numbers. This is a defect of Shoal; "
                               "please report it");
                         }};
  std::visit(write, column.values());
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

std::vector<std::string> names_of_columns(const FeatureSet& set) {
  std::vector<std::string> names;
  names.reserve(static_cast<std::size_t>(set.columns));
  for (std::int64_t column = 0; column < set.columns; ++column) names.push_back(set.column_name(column));
  return names;
}

/// Calls write with the rows of a dense set, read again where they were released. Collective then.
template <class Write>
void with_rows(const FeatureSet& set, const Write& write) {
  if (!set.released) return write(set.dense());
  const DenseMatrix again = set.read_again();
  write(again.view());
}

std::int64_t columns_of_x(const Table& table) { return table.x() == nullptr ? 0 : table.x()->columns; }

}  // namespace

bool is_of_x(const Model& model, const Table& table) {
  return table.x() != nullptr && model.of == table.x()->name;
}

TableFile::TableFile(Communicator& comm, const std::filesystem::path& folder, const Table& table,
                     const UnsValue& facts)
    : file_(comm, folder / (table.name + ".h5ad"), table.partition.owned_by(comm.rank()),
            table.partition.rows(), columns_of_x(table)) {
  write_columns(table);
  write_features(table);
  for (const Graph& graph : table.graphs) file_.obsp_csr(graph.name, graph.edges.view());
  file_.uns(facts);
  file_.verify();
}

void TableFile::write_columns(const Table& table) {
  for (const auto& part : table.columns) {
    if (const auto* column = std::get_if<Column>(&part)) {
      write_obs(file_, column->name, column->values());
    } else if (const Model& model = std::get<Model>(part); is_of_x(model, table)) {
      file_.varm_doubles(model.name, by_column(model), model.rows);
    }
  }
  for (const FeatureSet& set : table.sets) {
    if (set.may_be_absent) write_obs(file_, set.name + "_present", TruthValues{set.present});
  }
}

void TableFile::write_features(const Table& table) {
  const FeatureSet* x = table.x();
  if (x == nullptr) return file_.var_index(std::vector<std::string>{});
  file_.var_index(x->column_names != nullptr ? std::span<const std::string>(*x->column_names)
                                             : names_of_columns(*x));
  for (const Column& column : x->about_columns) write_var(file_, column);
  if (x->sparse()) {
    file_.x_csr(x->csr());
  } else {
    with_rows(*x, [&](const DenseView& rows) { file_.x_dense(rows); });
  }
  for (const FeatureSet& set : table.sets) {
    if (&set == x) continue;
    if (set.sparse()) {
      file_.obsm_csr(set.name, set.csr());
    } else {
      with_rows(set, [&](const DenseView& rows) { file_.obsm_dense(set.name, rows); });
    }
  }
}

}  // namespace shoal
