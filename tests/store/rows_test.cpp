// Cutting rows into checksummed pieces and pieces into slices.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/blocks_of_rows.hpp"

namespace shoal {
namespace {

/// "block:begin-end" of each piece.
std::string text_of(std::span<const Piece> pieces) {
  std::string text;
  for (const Piece& piece : pieces) {
    text += std::to_string(piece.block) + ":" + std::to_string(piece.rows.begin) + "-" +
            std::to_string(piece.rows.end) + " ";
  }
  return text;
}

TEST(Pieces, EndWhereBlocksEnd) { EXPECT_EQ(text_of(pieces_of({256, 600}, 1000)), "1:256-512 2:512-600 "); }

TEST(Pieces, AreNoLargerThanAllowed) {
  EXPECT_EQ(text_of(pieces_of({0, 300}, 100)), "0:0-100 0:100-200 0:200-256 1:256-300 ");
}

TEST(Pieces, AreNoneForNoRows) { EXPECT_TRUE(pieces_of({512, 512}, 10).empty()); }

TEST(Pieces, OfEntriesFollowTheRows) {
  // Rows 256 to 512 of a table: the first has 3 entries, the last one 2.
  std::vector<std::int64_t> offsets(258, 13);
  offsets.front() = 10;
  offsets.back() = 15;
  EXPECT_EQ(text_of(pieces_of_entries(offsets, 256, 100, 1000)), "1:100-103 2:103-105 ");
}

TEST(Slices, HoldWholePieces) {
  auto pieces = pieces_of({0, 1000}, 1000);
  const auto slices = slices_of(pieces, 600);
  ASSERT_EQ(slices.size(), 2U);
  EXPECT_EQ(rows_of(slices[0]), (RowRange{0, 512}));
  EXPECT_EQ(rows_of(slices[1]), (RowRange{512, 1000}));
}

TEST(Slices, AreNeverEmpty) {
  auto pieces = pieces_of({0, 512}, 1000);
  EXPECT_EQ(slices_of(pieces, 1).size(), 2U);
}

}  // namespace
}  // namespace shoal
