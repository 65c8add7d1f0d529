// Cutting rows into pieces, and pieces into slices.
#include "blocks_of_rows.hpp"

#include <algorithm>

namespace shoal {
namespace {

void append_pieces(std::vector<Piece>& pieces, std::int64_t block, RowRange rows, std::int64_t max_rows) {
  for (std::int64_t begin = rows.begin; begin < rows.end; begin += max_rows) {
    pieces.push_back({block, {begin, std::min(begin + max_rows, rows.end)}, 0});
  }
}

}  // namespace

std::vector<Piece> pieces_of(RowRange mine, std::int64_t max_rows) {
  std::vector<Piece> pieces;
  for (std::int64_t begin = mine.begin; begin < mine.end;) {
    const std::int64_t block = begin / kBlockRows;
    const std::int64_t end = std::min((block + 1) * kBlockRows, mine.end);
    append_pieces(pieces, block, {begin, end}, max_rows);
    begin = end;
  }
  return pieces;
}

std::vector<Piece> pieces_of_entries(std::span<const std::int64_t> offsets, std::int64_t first_row,
                                     std::int64_t first_entry, std::int64_t max_entries) {
  std::vector<Piece> pieces;
  const auto rows = static_cast<std::int64_t>(offsets.size()) - 1;
  const auto entry_of = [&](std::int64_t global_row) {
    return first_entry + offsets[static_cast<std::size_t>(global_row - first_row)] - offsets[0];
  };
  for (const Piece& block : pieces_of({first_row, first_row + rows}, kBlockRows)) {
    append_pieces(pieces, block.block, {entry_of(block.rows.begin), entry_of(block.rows.end)}, max_entries);
  }
  return pieces;
}

std::vector<std::span<Piece>> slices_of(std::span<Piece> pieces, std::int64_t max_rows) {
  std::vector<std::span<Piece>> slices;
  std::size_t first = 0;
  for (std::size_t i = 1; i <= pieces.size(); ++i) {
    if (i < pieces.size() && pieces[i].rows.end - pieces[first].rows.begin <= max_rows) continue;
    slices.push_back(pieces.subspan(first, i - first));
    first = i;
  }
  return slices;
}

RowRange rows_of(std::span<const Piece> slice) {
  return slice.empty() ? RowRange{} : RowRange{slice.front().rows.begin, slice.back().rows.end};
}

}  // namespace shoal
