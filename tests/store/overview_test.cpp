// What two results have in common, in the words that come first.
#include "shoal/store/overview.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/data/blocks.hpp"
#include "shoal/store/h5ad_writer.hpp"
#include "store/shared_folder.hpp"
#include "support/mpi_world.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Labelled {
  std::string name;
  std::int32_t label;
};

UnsValue tree_of(const std::string& job, const std::string& digest, const std::string& key = "") {
  UnsValue tree;
  tree["version"] = "0.1.0";
  tree["numeric"] = "cpu";
  tree["job"] = job;
  tree["inputs"]["digest"] = digest;
  if (!key.empty()) tree["pseudonym_key"] = key;
  tree["clusterings"]["topics"]["rows"] = "posts";
  tree["clusterings"]["looks"]["rows"] = "images";
  return tree;
}

const char* const kJob = R"({"cluster":[{"k":3,"name":"topics"}],"features":{"tags":{"min_df":1}}})";

void write_results(const std::filesystem::path& path, const std::vector<Labelled>& rows, UnsValue tree) {
  const auto count = static_cast<std::int64_t>(rows.size());
  const RowRange mine = BlockPartition(count, world().size()).owned_by(world().rank());
  H5adWriter writer(world(), path, mine, count, 1);
  std::vector<std::string> names;
  std::vector<std::int32_t> labels;
  for (std::int64_t row = mine.begin; row < mine.end; ++row) {
    names.push_back(rows[static_cast<std::size_t>(row)].name);
    labels.push_back(rows[static_cast<std::size_t>(row)].label);
  }
  EXPECT_TRUE(writer.obs_strings("_index", names));
  writer.obs_categorical("topics", labels, {"a", "b", "c"});
  writer.obs_categorical("looks", labels, {"a", "b", "c"});
  std::vector<std::string> columns;
  if (writer.var_share().size() == 1) columns.emplace_back("one");
  EXPECT_TRUE(writer.var_strings("_index", columns));
  const DenseMatrix values(mine.size(), 1);
  writer.x_dense(values.view());
  writer.uns(std::move(tree));
  writer.publish();
}

/// Two posts.h5ad.
class Overview : public ::testing::Test {
 protected:
  Overview() : folder_(world()), a_(folder_.path() / "a.h5ad"), b_(folder_.path() / "b.h5ad") {}

  ResultsOverview of(const std::vector<Labelled>& a, const std::vector<Labelled>& b) {
    return of(a, tree_of(kJob, "d"), b, tree_of(kJob, "d"));
  }
  ResultsOverview of(const std::vector<Labelled>& a, UnsValue tree_a, const std::vector<Labelled>& b,
                     UnsValue tree_b) {
    write_results(a_, a, std::move(tree_a));
    write_results(b_, b, std::move(tree_b));
    return overview_of({{a_, b_, "posts"}});
  }

 private:
  SharedFolder folder_;
  std::filesystem::path a_;
  std::filesystem::path b_;
};

TEST_F(Overview, OfTheSameResultsIsShort) {
  const std::vector<Labelled> rows{{"p", 0}, {"q", 1}, {"r", 2}, {"s", -1}};
  EXPECT_EQ(format_overview(of(rows, rows)),
            "inputs     the same posts were read\n"
            "settings   the same\n"
            "rows       a.h5ad: 4 in both\n"
            "groups     topics (a.h5ad): the same groups, of 3 rows\n");
}

TEST_F(Overview, FindsGroupsAgainWhereTheyHaveOtherNumbersAndRowsStandElsewhere) {
  const ResultsOverview overview =
      of({{"p", 0}, {"q", 0}, {"r", 1}, {"s", 2}}, {{"s", 1}, {"r", 0}, {"q", 2}, {"p", 2}});
  EXPECT_EQ(overview.rows[0].in_both, 4);
  ASSERT_EQ(overview.labels.size(), 1U) << "of the clusterings of this table";
  EXPECT_EQ(overview.labels[0].adjusted_rand, 1.0);
}

TEST_F(Overview, MatchesRowsByName) {
  // Of p to u: (0, 0), (0, 0), (1, 1), (2, 1) by names; "x" and "y" stand on one side only, t and u have a
  // label on one.
  const ResultsOverview overview =
      of({{"p", 0}, {"q", 0}, {"r", 1}, {"s", 2}, {"x", 1}, {"t", -1}, {"u", 1}},
         {{"u", -1}, {"y", 0}, {"s", 1}, {"r", 1}, {"q", 0}, {"p", 0}, {"t", 1}, {"z", 2}});
  EXPECT_EQ(overview.rows[0].in_both, 6);
  EXPECT_EQ(overview.rows[0].only_in_a, 1);
  EXPECT_EQ(overview.rows[0].only_in_b, 2);
  EXPECT_EQ(overview.labels[0].labelled, 4);
  EXPECT_EQ(overview.labels[0].labelled_in_one, 2);
  // adjusted_rand_score([0, 0, 1, 2], [0, 0, 1, 1]) of scikit-learn 1.2.1.
  EXPECT_DOUBLE_EQ(overview.labels[0].adjusted_rand, 0.5714285714285714);
  EXPECT_THAT(
      format_overview(overview),
      HasSubstr("topics (a.h5ad): adjusted Rand index 0.5714 over 4 rows; 2 more have a group in one of "
                "them only"));
}

TEST_F(Overview, NamesTheSettingsThatDiffer) {
  const std::vector<Labelled> rows{{"p", 0}};
  const std::string other =
      R"({"cluster":[{"k":5,"name":"topics"}],"features":{"tags":{"min_df":1},"image":{"resize":64}}})";
  const std::string text = format_overview(of(rows, tree_of(kJob, "d"), rows, tree_of(other, "e")));
  EXPECT_THAT(text, HasSubstr("inputs     other posts were read\n"));
  EXPECT_THAT(text, HasSubstr("settings   2 differ\n"));
  EXPECT_THAT(text, HasSubstr("  cluster.topics.k: 3 and 5\n"));
  EXPECT_THAT(text, HasSubstr("  features.image.resize: - and 64\n"));
  EXPECT_THAT(text, Not(HasSubstr("min_df")));
}

TEST_F(Overview, KnowsThatDigestsUnderTwoKeysTellNothing) {
  const std::vector<Labelled> rows{{"p", 0}};
  EXPECT_EQ(of(rows, tree_of(kJob, "d", "k"), rows, tree_of(kJob, "e", "l")).inputs, SameInputs::unknown);
  EXPECT_EQ(of(rows, tree_of(kJob, "d", "k"), rows, tree_of(kJob, "e")).inputs, SameInputs::unknown);
  EXPECT_EQ(of(rows, tree_of(kJob, "d", "k"), rows, tree_of(kJob, "e", "k")).inputs, SameInputs::no);
}

}  // namespace
}  // namespace shoal::testing
