// Writes an AnnData file (.h5ad) by all ranks together. Its bytes are the same on any number of ranks, and it
// gets its final name only after every rank has read back what it wrote.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/matrix.hpp"
#include "shoal/store/uns_value.hpp"

namespace shoal {

/// Rows of a dense matrix that ranks hand to each other while they are written.
struct DenseSlabs {
  std::int64_t columns = 0;
  std::int64_t rows_of_slab =
      kBlockRows;  ///< a whole number of blocks, or a part that blocks are a multiple of
  /// This rank's rows from slab * rows_of_slab on, counted from its first: as many as a slab has, fewer or
  /// none at its end. Collective, called for 0, 1, 2 ... on all ranks; valid until the next call.
  std::function<DenseView(std::int64_t slab)> slab{};
};

/// Every method is collective: all ranks call the same methods with the same names, in the same order, also
/// ranks that own no rows. What is passed is needed until the method returns. Strings are UTF-8 without zero
/// bytes.
///
/// Throws FailureError (ResourceError where the disk is full) on all ranks when a call fails on any of them,
/// when the ranks call different methods, and when a name or a length does not fit.
class H5adWriter {
 public:
  /// path: the final name; its folder exists. A file that an earlier run left half-written is replaced.
  /// mine: the rows this rank gives; in order of the ranks they make up [0, global_rows). columns: those of X
  /// and var.
  H5adWriter(Communicator& comm, std::filesystem::path path, RowRange mine, std::int64_t global_rows,
             std::int64_t columns);
  /// Removes the file unless it was published.
  ~H5adWriter();
  H5adWriter(const H5adWriter&) = delete;
  H5adWriter& operator=(const H5adWriter&) = delete;

  // Columns of obs: each rank gives its own rows. Columns stand in the file in the order of the calls.
  /// `_index` has a name per row, unique over the table, and is required. Returns false where the column is
  /// to be given again to obs_strings_last, as a few long texts would widen all.
  [[nodiscard]] bool obs_strings(const std::string& name, std::span<const std::string> values);
  void obs_integers(const std::string& name, std::span<const std::int64_t> values);
  void obs_floats(const std::string& name, std::span<const float> values);
  void obs_doubles(const std::string& name, std::span<const double> values);
  void obs_booleans(const std::string& name, std::span<const std::uint8_t> values);
  /// codes: index into categories, -1 where missing. categories: distinct, the same on all ranks.
  void obs_categorical(const std::string& name, std::span<const std::int32_t> codes,
                       const std::vector<std::string>& categories);

  // Columns of var: each rank gives its share.
  /// The columns of X whose values this rank gives.
  [[nodiscard]] RowRange var_share() const;
  /// As obs_strings.
  [[nodiscard]] bool var_strings(const std::string& name, std::span<const std::string> values);
  void var_integers(const std::string& name, std::span<const std::int64_t> values);
  void var_floats(const std::string& name, std::span<const float> values);
  void var_doubles(const std::string& name, std::span<const double> values);

  // X: one of these at most; without one the file has no X.
  /// rows: this rank's.
  void x_csr(const CsrView& rows);
  void x_dense(const DenseView& rows);
  void x_dense(const DenseSlabs& rows);

  /// A matrix with a row per row of the table. rows: this rank's.
  void obsm_dense(const std::string& name, const DenseView& rows);
  void obsm_dense(const std::string& name, const DenseSlabs& rows);
  void obsm_csr(const std::string& name, const CsrView& rows);
  /// Weighted edges between rows of the table. edges: this rank's rows, with a column per row of the table.
  void obsp_csr(const std::string& name, const CsrView& edges);
  /// A matrix with a row per column of X, row-major, columns x k; every rank gives the whole.
  void varm_doubles(const std::string& name, std::span<const double> values, std::int64_t k);

  /// Writes a tree under uns/shoal. The same on all ranks; once.
  void uns(const UnsValue& tree);

  // Texts in their own lengths, which rank 0 writes: after everything else, in any order.
  void obs_strings_last(const std::string& name, std::span<const std::string> values);
  void var_strings_last(const std::string& name, std::span<const std::string> values);

  /// Ends the writing: closes the file and flushes it to the disk, still under its partial name.
  void close();
  /// Closes, reads back and compares the checksum of every block, still under the partial name. A block that
  /// reads differently is a FailureError that names file, dataset and block.
  void verify();
  /// Verifies, and gives the file its final name.
  void publish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Whether a file could not be closed, as on a disk that stays full. HDF5 (1.10.8) tries again at the end of
/// MPI and crashes or waits for ever: the program must leave without ending MPI.
bool hdf5_is_broken();

}  // namespace shoal
