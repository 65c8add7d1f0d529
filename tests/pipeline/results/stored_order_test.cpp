// A table whose file has its rows in another order has the same rows, on any number of ranks.
#include "pipeline/results/stored_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include <fmt/format.h>

#include "pipeline/results/table_file.hpp"
#include "shoal/store/h5ad_reader.hpp"
#include "support/mpi_world.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using testing::SharedFolder;
using testing::world;

constexpr std::int64_t kRows = 5000;
/// Wide rows, of which a slab holds few blocks: several slabs a rank.
constexpr std::int64_t kColumns = 6000;

/// Where a row stands: a permutation, as 1,009 and 5,000 have no common divisor.
std::int64_t place_of(std::int64_t row) { return (row * 1009 + 17) % kRows; }

float number_of(std::int64_t row, std::int64_t column) {
  return static_cast<float>((row * 31 + column) % 65521);
}

struct MadeTables {
  std::map<std::string, Table> tables;

  explicit MadeTables(bool moved) {
    for (const char* name : {"posts", "images"}) {
      Table& table = tables[name];
      table.name = name;
      table.partition = BlockPartition(kRows, world().size());
      mine = table.partition.owned_by(world().rank());
      if (!moved) continue;
      table.stored.emplace();
      for (std::int64_t row = mine.begin; row < mine.end; ++row) table.stored->push_back(place_of(row));
    }
    fill(tables["posts"]);
  }

  template <class T, class Make>
  std::vector<T> of_rows(const Make& make) const {
    std::vector<T> values;
    for (std::int64_t row = mine.begin; row < mine.end; ++row) values.push_back(T(make(row)));
    return values;
  }

  void fill(Table& table) const {
    table.add("_index", [this] {
      return TextValues{of_rows<std::string>([](std::int64_t row) { return fmt::format("row {}", row); })};
    });
    table.add("number",
              [this] { return IntegerValues{of_rows<std::int64_t>([](std::int64_t row) { return row; })}; });
    table.add("some", [this] {
      return NullableIntegerValues{
          of_rows<std::int64_t>([](std::int64_t row) { return row % 2 == 0 ? row : 0; }),
          of_rows<std::uint8_t>([](std::int64_t row) { return static_cast<std::uint8_t>(row % 2); })};
    });
    table.add("group", [this] {
      return CategoryValues{
          of_rows<std::int32_t>([](std::int64_t row) { return static_cast<int>(row % 3) - 1; }), {"a", "b"}};
    });
    table.add("image", [this] {
      return RowsOfTable{"images",
                         of_rows<std::int64_t>([](std::int64_t row) { return row % 5 == 0 ? -1 : row / 2; })};
    });
    FeatureSet wide;
    wide.name = "wide";
    wide.kind = "rgb";
    wide.order = 1;
    wide.columns = kColumns;
    DenseMatrix numbers(mine.size(), kColumns);
    for (std::int64_t i = 0; i < mine.size(); ++i) {
      for (std::int64_t c = 0; c < kColumns; ++c)
        numbers.row(i)[static_cast<std::size_t>(c)] = number_of(mine.begin + i, c);
    }
    wide.rows = std::move(numbers);
    table.add(std::move(wide));
    FeatureSet words;
    words.name = "words";
    words.kind = "tfidf";
    words.columns = 7;
    words.column_names = names_by([](std::int64_t column) { return fmt::format("word {}", column); });
    words.rows = entries(words.columns);
    table.add(std::move(words));
    table.graphs.push_back({"next", entries(kRows)});
  }

  /// Row r has r % 4 entries.
  [[nodiscard]] CsrMatrix entries(std::int64_t columns) const {
    CsrMatrix matrix;
    matrix.columns = columns;
    for (std::int64_t row = mine.begin; row < mine.end; ++row) {
      for (std::int64_t i = 0; i < row % 4; ++i) {
        matrix.indices.push_back(static_cast<std::int32_t>((row + i) % columns));
        matrix.values.push_back(static_cast<float>(row * 10 + i));
      }
      std::ranges::sort(std::span(matrix.indices).last(static_cast<std::size_t>(row % 4)));
      matrix.close_row();
    }
    return matrix;
  }

  RowRange mine;
};

/// One file, read by one rank.
class StoredFile {
 public:
  explicit StoredFile(const std::filesystem::path& path) : file_(path) {}

  [[nodiscard]] std::int64_t integer(const std::string& object, std::int64_t row) const {
    return file_.integer_rows(file_.array(object), row, 1).front();
  }
  [[nodiscard]] std::string text(const std::string& object, std::int64_t row) const {
    return file_.string_rows(file_.array(object), row, 1).front();
  }
  [[nodiscard]] std::vector<double> numbers(const std::string& object, std::int64_t row) const {
    return file_.number_rows(file_.array(object), row, 1);
  }
  /// column -> value
  [[nodiscard]] std::map<std::int64_t, double> entries(const std::string& object, std::int64_t row) const {
    const auto ends = file_.integer_rows(file_.array(object + "/indptr"), row, 2);
    std::map<std::int64_t, double> entries;
    for (std::int64_t i = ends[0]; i < ends[1]; ++i) {
      entries[integer(object + "/indices", i)] = numbers(object + "/data", i).front();
    }
    return entries;
  }

 private:
  H5adFile file_;
};

void expect_same_row(const StoredFile& plain, const StoredFile& moved, std::int64_t row) {
  const std::int64_t place = place_of(row);
  EXPECT_EQ(moved.text("obs/_index", place), plain.text("obs/_index", row));
  for (const char* column : {"obs/number", "obs/group/codes"}) {
    EXPECT_EQ(moved.integer(column, place), plain.integer(column, row)) << column;
  }
  const double some = plain.numbers("obs/some", row).front();
  EXPECT_EQ(std::isnan(some), row % 2 == 1);
  if (row % 2 == 0) EXPECT_EQ(moved.numbers("obs/some", place).front(), some);
  const double image = plain.numbers("obs/image", row).front();
  EXPECT_EQ(std::isnan(image), row % 5 == 0);
  if (row % 5 != 0) {
    EXPECT_EQ(moved.numbers("obs/image", place).front(),
              static_cast<double>(place_of(static_cast<std::int64_t>(image))));
  }
  EXPECT_EQ(moved.numbers("obsm/wide", place), plain.numbers("obsm/wide", row));
  EXPECT_EQ(moved.entries("X", place), plain.entries("X", row));
  std::map<std::int64_t, double> edges;
  for (const auto& [column, value] : plain.entries("obsp/next", row)) edges[place_of(column)] = value;
  EXPECT_EQ(moved.entries("obsp/next", place), edges);
}

TEST(StoredOrder, MovesRowsWholeAndNamesThemAnew) {
  const SharedFolder folder;
  for (const char* name : {"plain", "moved"}) {
    if (world().is_root()) std::filesystem::create_directory(folder / name);
    world().barrier();
    const MadeTables made(std::string(name) == "moved");
    TableFile file(world(), folder / name, made.tables.at("posts"), made.tables, {});
    file.publish();
  }
  world().barrier();
  const StoredFile plain(std::filesystem::path(folder / "plain") / "posts.h5ad");
  const StoredFile moved(std::filesystem::path(folder / "moved") / "posts.h5ad");
  for (std::int64_t row = 0; row < kRows; row += 97) expect_same_row(plain, moved, row);
  for (std::int64_t row = kRows - 5; row < kRows; ++row) expect_same_row(plain, moved, row);
}

TEST(StoredOrder, LeavesATableInItsOwnOrderAsItIs) {
  const MadeTables made(false);
  const Table& posts = made.tables.at("posts");
  EXPECT_TRUE(StoredOrder(world(), posts).is_own());
  EXPECT_EQ(stored_rows(world(), posts, std::vector<std::int64_t>{4, -1, 7}),
            (std::vector<std::int64_t>{4, -1, 7}));
}

TEST(StoredOrder, NamesRowsOfOtherRanks) {
  const MadeTables made(true);
  const std::vector<std::int64_t> rows{0, kRows - 1, -1, 2500};
  EXPECT_EQ(stored_rows(world(), made.tables.at("images"), rows),
            (std::vector<std::int64_t>{place_of(0), place_of(kRows - 1), -1, place_of(2500)}));
}

}  // namespace
}  // namespace shoal
