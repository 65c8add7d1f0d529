// quarantine.csv on any number of ranks.
#include "pipeline/results/quarantine_csv.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "support/counted_memory.hpp"
#include "support/mpi_world.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::SharedFolder;
using testing::world;

QuarantineRow row_of(std::int64_t number) {
  const std::int64_t file = number * 7919 % 1009;
  return {number % 5 == 0 ? QuarantineKind::image : QuarantineKind::record,
          "accounts/" + std::to_string(file) + ".json", number % 7 == 0 ? -1 : number, "read",
          "the record is no object, and a reason takes as many bytes as a sentence: " +
              std::to_string(number % 13)};
}

/// Rows are dealt to the ranks in turn.
std::vector<QuarantineRow> rows_of_rank(std::int64_t all, int rank, int ranks) {
  std::vector<QuarantineRow> rows;
  for (std::int64_t number = rank; number < all; number += ranks) rows.push_back(row_of(number));
  return rows;
}

std::string text_of(const std::string& path) {
  const auto bytes = read_file(path);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string line_of(const QuarantineRow& row) {
  return std::string(row.kind == QuarantineKind::image ? "image" : "record") + ",\"" + row.file + "\"," +
         (row.record < 0 ? "" : std::to_string(row.record)) + ",read,\"" + row.reason + "\"\r\n";
}

TEST(QuarantineCsv, HasTheRowsOfAllRanksInOneOrder) {
  const SharedFolder folder;
  for (const std::int64_t all : {0, 1, 30'000}) {  // the last: several windows
    const auto written = write_quarantine(world(), rows_of_rank(all, world().rank(), world().size()),
                                          folder / "quarantine.csv");
    EXPECT_EQ(written, all);
    auto rows = rows_of_rank(all, 0, 1);
    std::sort(rows.begin(), rows.end());
    std::string expected = "kind,file,record,stage,reason\r\n";
    for (const QuarantineRow& row : rows) expected += line_of(row);
    world().barrier();
    EXPECT_TRUE(text_of(folder / "quarantine.csv") == expected) << all;
    world().barrier();
  }
}

TEST(QuarantineCsv, IsWrittenWhileEachRankHoldsItsShare) {
  const SharedFolder folder;
  const int ranks = world().size();
  double forecast = 0.0;
  const double slope = testing::steepest_slope({20'000, 40'000, 80'000}, [&](std::int64_t all) {
    auto mine = rows_of_rank(all, world().rank(), ranks);
    forecast = static_cast<double>(memory_of_writing(mine));
    return testing::peak_of([&] { write_quarantine(world(), std::move(mine), folder / "quarantine.csv"); });
  });
  // A row takes 230 bytes before; rank 0 took 1,700 for each row of all three ranks.
  EXPECT_LT(slope * ranks, 600.0);
  EXPECT_LT(slope * 80'000, forecast * 1.1);
  RecordProperty("bytes_of_row", static_cast<int>(slope * ranks));
}

TEST(QuarantineExcerpt, ShowsTheFirstRowsOfAllRanks) {
  const std::string text = quarantine_excerpt(world(), rows_of_rank(1000, world().rank(), world().size()));
  if (!world().is_root()) {
    EXPECT_EQ(text, "");
    return;
  }
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 21);
  auto rows = rows_of_rank(1000, 0, 1);
  std::sort(rows.begin(), rows.end());
  EXPECT_EQ(text.find("  record " + rows.front().file), 0U) << text;
  EXPECT_NE(text.find("  ... and 980 more\n"), std::string::npos) << text;
}

TEST(QuarantineExcerpt, OfFewRowsSaysNothingOfMore) {
  const std::string text = quarantine_excerpt(world(), rows_of_rank(20, world().rank(), world().size()));
  EXPECT_EQ(text.find("more"), std::string::npos);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), world().is_root() ? 20 : 0);
}

}  // namespace
}  // namespace shoal
