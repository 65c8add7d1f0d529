// The checksummed pieces of a dataset, and the slices in which they are written and read.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/data/blocks.hpp"

namespace shoal {

/// Rows of a dataset that have one checksum.
struct Piece {
  std::int64_t block = 0;  ///< the block of the table that they belong to
  RowRange rows;           ///< global rows of the dataset; for a sparse matrix's entries, entries
  std::uint32_t crc = 0;
};

/// Cuts a rank's rows at the blocks of the table; a piece has at most max_rows rows.
std::vector<Piece> pieces_of(RowRange mine, std::int64_t max_rows);

/// Cuts the entries of a sparse matrix where the blocks of its rows end. offsets: those of this rank's rows,
/// counted from any number; first_row, first_entry: the global numbers of its first row and entry.
std::vector<Piece> pieces_of_entries(std::span<const std::int64_t> offsets, std::int64_t first_row,
                                     std::int64_t first_entry, std::int64_t max_entries);

/// Runs of pieces with at most max_rows rows each (one piece, where it alone has more).
std::vector<std::span<Piece>> slices_of(std::span<Piece> pieces, std::int64_t max_rows);

/// From the first to the last row of a slice.
RowRange rows_of(std::span<const Piece> slice);

}  // namespace shoal
