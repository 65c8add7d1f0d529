// A table as an AnnData file, written by all ranks.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "pipeline/results/stored_order.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/data/table.hpp"
#include "shoal/store/h5ad_writer.hpp"

namespace shoal {

/// Whether a model stands beside X in the table's file; others stand in models.h5.
bool is_of_x(const Model& model, const Table& table);

class TableFile {
 public:
  /// Writes <folder>/<table>.h5ad under its partial name, reads it back and compares. facts: for uns/shoal.
  /// Collective; throws as H5adWriter does.
  /// tables: all, whose rows columns may name.
  TableFile(Communicator& comm, const std::filesystem::path& folder, const Table& table,
            const std::map<std::string, Table>& tables, const UnsValue& facts);
  /// Gives it its final name. Collective.
  void publish() { file_.publish(); }

 private:
  void write_columns(const Table& table, const std::map<std::string, Table>& tables);
  /// Returns false where the column is to come last.
  bool write_column(const std::string& name, ColumnValues values, const std::map<std::string, Table>& tables);
  void write_features(const Table& table);
  void write_sparse(const FeatureSet& set, bool is_x);
  void write_dense(const FeatureSet& set, bool is_x);
  /// As the numbers of a table's rows times another's.
  void write_link(const Link& link, const Table& to);
  void write_graph(const Table& table, const Graph& graph);
  /// Texts whose lengths differ much: their columns are made once more, as memory holds one at a time.
  void write_last();

  Communicator& comm_;
  StoredOrder order_;
  H5adWriter file_;
  std::vector<const Column*> last_of_obs_;
  std::vector<Column> last_of_var_;
};

}  // namespace shoal
