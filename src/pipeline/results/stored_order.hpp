// From the order in which rows are computed to the one in which they are stored: the one place that knows
// both. Where the order of computing would tell what pseudonyms hide, a table has another one for its file.
#pragma once

#include <cstring>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/table.hpp"
#include "shoal/store/h5ad_writer.hpp"

namespace shoal {

/// Which rows of the file rows of a table are, wherever they are owned; negative ones stay. Collective.
std::vector<std::int64_t> stored_rows(Communicator& comm, const Table& table,
                                      std::span<const std::int64_t> rows);

/// Moves what ranks have of their rows to the ranks that store them. The same ranks own rows as numbered and
/// as stored. Rows move a slab at a time, so that a rank holds its rows twice at most, and of dense sets one
/// slab more. All methods are collective unless a table is stored as it is: then nothing moves.
class StoredOrder {
 public:
  StoredOrder(Communicator& comm, const Table& table);

  /// Whether the table is stored in the order of its rows.
  [[nodiscard]] bool is_own() const { return own_; }
  /// A column of this rank's rows. Not for RowsOfTable, whose values change too.
  [[nodiscard]] ColumnValues moved(ColumnValues values) const;
  [[nodiscard]] CsrMatrix moved(const CsrView& rows) const;
  /// The rows of a dense set, slab by slab. rows: needed as long as the slabs are.
  [[nodiscard]] DenseSlabs slabs(const DenseView& rows) const;

  /// What storing takes beyond the rows: bytes of a rank that moves slabs of a set of so many columns.
  static std::int64_t memory_of_slabs(std::int64_t columns);

 private:
  /// Appends the bytes of one of this rank's rows.
  using PackRow = std::function<void(std::size_t row, Bytes& bytes)>;
  /// Takes the bytes of a row that is stored here, from the beginning of what is given; returns how many.
  using TakeRow = std::function<std::size_t(std::size_t stored, std::span<const std::byte> bytes)>;
  /// Slab number `slab` of every rank's stored rows.
  void move_slab(std::int64_t slab, std::int64_t slab_rows, const PackRow& pack, const TakeRow& take) const;
  void move_all(const PackRow& pack, const TakeRow& take) const;
  template <class T>
  std::vector<T> moved_numbers(const std::vector<T>& values) const;
  [[nodiscard]] std::vector<std::string> moved_texts(const std::vector<std::string>& texts) const;

  Communicator& comm_;
  BlockPartition partition_;
  RowRange mine_;
  bool own_;
  /// This rank's rows by rising place in the file: place, and the row counted from this rank's first.
  std::vector<std::pair<std::int64_t, std::int64_t>> by_place_;
};

}  // namespace shoal
