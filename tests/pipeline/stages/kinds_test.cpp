// A feature kind, a map and a method of grouping that no line of the program knows go through run, resume,
// plan, verify, store and report.
#include "pipeline/stages/kinds.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "pipeline/stages/made_kinds.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/plan.hpp"
#include "shoal/pipeline/run.hpp"
#include "shoal/pipeline/status.hpp"
#include "shoal/pipeline/verify.hpp"
#include "shoal/store/h5ad_reader.hpp"
#include "support/shared_folder.hpp"

namespace shoal {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using testing::world;
namespace fs = std::filesystem;

constexpr const char* kHead = "[job]\nname = \"made\"\n[corpus]\nposts = \"posts\"\npseudonyms = false\n";
constexpr const char* kAll =
    "[features.words]\nkind = \"tfidf\"\n[features.numbers]\nkind = \"counts\"\n"
    "[[map]]\nname = \"look\"\nmethod = \"plane\"\nof = \"numbers\"\n"
    "[[cluster]]\nname = \"striped\"\nmethod = \"stripes\"\nof = \"words\"\ngroups = 3\n"
    "[[cluster]]\nname = \"near\"\nof = \"look\"\nk = 2\nn_init = 1\n";

/// The list of journals that a run into the folder `out` reached.
const std::string kKeys = (fs::path("out") / "work" / "keys.json").string();

class KindsTest : public ::testing::Test {
 protected:
  /// Posts in one profile: every fifth has no tag.
  void write_posts(int count) const {
    std::string posts;
    for (int i = 0; i < count; ++i) {
      const std::string tags = i % 5 == 4 ? "" : fmt::format(R"("tag{}", "all")", i % 3);
      posts += fmt::format(R"({}{{"url": "https://www.instagram.com/p/p{}", "caption": "{}", "tags": [{}]}})",
                           i == 0 ? "" : ",", i, std::string(static_cast<std::size_t>(i % 7), 'x'), tags);
    }
    folder_.write("posts/a.json", R"({"alias": "a", "posts": [)" + posts + "]}");
  }

  [[nodiscard]] RunOptions options(const std::string& out) const {
    RunOptions options;
    options.job_file = folder_ / "job.toml";
    options.out = folder_ / out;
    options.device = Device::cpu;
    options.threads = 1;
    options.kinds = &testing::made_kinds();
    return options;
  }

  void write_job(const std::string& rest) const { folder_.write("job.toml", kHead + rest); }

  /// The same job on rank 0 alone.
  void run_alone(const std::string& out) const {
    if (world().is_root()) {
      const auto alone = make_single_rank();
      run_job(*alone, options(out));
    }
    world().barrier();
  }

  [[nodiscard]] std::string bytes_of(const std::string& path) const {
    const auto bytes = read_file(folder_ / path);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }

  void expect_same_results(const std::string& a, const std::string& b) const {
    if (!world().is_root()) return;
    for (const char* file : {"posts.h5ad", "report.html", "quarantine.csv"}) {
      EXPECT_EQ(bytes_of(a + "/" + file), bytes_of(b + "/" + file)) << file;
    }
  }

  testing::SharedFolder folder_;
};

TEST_F(KindsTest, RunAndLeaveTheSameBytesOnAnyNumberOfRanks) {
  write_posts(600);
  write_job(kAll);
  run_job(world(), options("together"));
  run_alone("alone");
  expect_same_results("together", "alone");
  const H5adFile file(folder_ / "together/posts.h5ad");
  EXPECT_EQ(file.rows(), 600);
  EXPECT_EQ(file.columns(), 4) << "X is the first tf-idf set: three tags, and one that all have";
  const auto numbers = file.numbers("obsm/numbers");
  EXPECT_EQ(numbers[0], 2.0);
  EXPECT_EQ(numbers[2 * 4], 0.0) << "absent rows are zeros in features";
  EXPECT_EQ(file.integers("obs/numbers_present")[4], 0);
  EXPECT_EQ(file.integers("obs/numbers_present")[5], 1);
  EXPECT_TRUE(std::isnan(file.numbers("obsm/look")[2 * 4])) << "and no number in maps";
  EXPECT_EQ(file.categorical("obs/striped").codes[7], 1);
  EXPECT_EQ(file.categorical("obs/striped").codes[4], -1);
  EXPECT_TRUE(std::isnan(file.numbers("obs/striped_depth")[4]));
  EXPECT_EQ(file.numbers("obs/striped_depth")[7], 3.5);
  EXPECT_EQ(file.categorical("obs/near").codes[9], -1) << "a row that a map lacks belongs to no group";
  EXPECT_FALSE(file.has("varm/near_centroids")) << "centroids of a set that is not X stand in models.h5";
  EXPECT_TRUE(fs::exists(folder_ / "together/models.h5"));
  const UnsValue facts = file.uns("uns/shoal");
  EXPECT_EQ(facts.text("x/posts", ""), "words");
  EXPECT_EQ(facts.text("sets/numbers/kind", ""), "counts");
  EXPECT_EQ(facts.text("counted/numbers", ""), "tags and bytes");
  EXPECT_EQ(facts.text("clusterings/striped/method", ""), "stripes");
  EXPECT_EQ(facts.integer("clusterings/striped/unlabelled", 0), 120);
}

TEST_F(KindsTest, TheReportTellsWhatAMethodSaysOfItself) {
  write_posts(60);
  write_job(kAll);
  run_job(world(), options("out"));
  EXPECT_THAT(bytes_of("out/report.html"), HasSubstr("Stripes say nothing about posts."));
  EXPECT_THAT(bytes_of("out/report.html"), HasSubstr("stripes"));
}

TEST_F(KindsTest, ASecondRunFindsItsKeysAndCheckpoints) {
  write_posts(300);
  write_job(kAll);
  run_job(world(), options("out"));
  const auto first = nlohmann::json::parse(bytes_of("out/run.json"));
  const auto journals = nlohmann::json::parse(bytes_of(kKeys))["journals"];
  world().barrier();
  run_job(world(), options("out"));
  EXPECT_EQ(nlohmann::json::parse(bytes_of("out/run.json"))["stage_keys"], first["stage_keys"]);
  EXPECT_EQ(nlohmann::json::parse(bytes_of(kKeys))["journals"], journals);
  EXPECT_EQ(journals.size(), 2U) << "a checkpoint of each grouping";
  run_alone("alone");
  expect_same_results("out", "alone");
  // Another setting of one entry changes its key alone.
  write_job(std::string(kAll).replace(std::string(kAll).find("groups = 3"), 10, "groups = 4"));
  run_job(world(), options("out"));
  const auto changed = nlohmann::json::parse(bytes_of("out/run.json"))["stage_keys"];
  EXPECT_NE(changed["cluster"], first["stage_keys"]["cluster"]);
  EXPECT_EQ(changed["features"], first["stage_keys"]["features"]);
  EXPECT_EQ(changed["tags"], first["stage_keys"]["tags"]);
}

TEST_F(KindsTest, PlanVerifyCheckAndStatusCarryThem) {
  write_posts(300);
  write_job(kAll);
  const PlanSummary plan = plan_job(world(), options("out"), {});
  EXPECT_TRUE(plan.fits);
  if (world().is_root()) {
    EXPECT_THAT(plan.text, HasSubstr("300 posts, 4 tags in the vocabulary"));
    EXPECT_THAT(plan.text, HasSubstr("features "));
    EXPECT_THAT(plan.text, HasSubstr("cluster "));
  }
  EXPECT_THAT(check_job(world(), options("out")).text, HasSubstr("300 would be kept"));
  run_job(world(), options("out"));
  VerifyOptions verify{.results = folder_ / "out", .kinds = &testing::made_kinds()};
  const Verification verification = verify_results(world(), verify);
  EXPECT_THAT(verification.findings, ::testing::IsEmpty());
  EXPECT_THAT(verification.checked, Contains("numbers: numbers of tags"));
  if (world().is_root()) EXPECT_THAT(status_text(folder_ / "out"), HasSubstr("state      done"));
}

TEST_F(KindsTest, ATableOfOneRowAndRanksThatOwnNoneAreWhole) {
  write_posts(1);
  write_job(
      "[features.numbers]\nkind = \"counts\"\n"
      "[[map]]\nname = \"look\"\nmethod = \"plane\"\nof = \"numbers\"\n"
      "[[cluster]]\nname = \"one\"\nof = \"look\"\nk = 1\n"
      "[[cluster]]\nname = \"striped\"\nmethod = \"stripes\"\nof = \"numbers\"\ngroups = 2\n");
  run_job(world(), options("out"));
  run_alone("alone");
  expect_same_results("out", "alone");
  const H5adFile file(folder_ / "out/posts.h5ad");
  EXPECT_EQ(file.numbers("X"), (std::vector<double>{2.0, 0.0})) << "without tf-idf the first set is X";
  EXPECT_EQ(file.categorical("obs/one").codes, std::vector<std::int64_t>{0});
  EXPECT_THAT(verify_results(world(), {.results = folder_ / "out", .kinds = &testing::made_kinds()}).findings,
              ::testing::IsEmpty());
}

TEST_F(KindsTest, AMethodMayFindNoGroup) {
  write_posts(30);
  write_job(
      "[features.words]\nkind = \"tfidf\"\n"
      "[[cluster]]\nname = \"none\"\nmethod = \"stripes\"\nof = \"words\"\ngroups = 0\n");
  run_job(world(), options("out"));
  const H5adFile file(folder_ / "out/posts.h5ad");
  EXPECT_EQ(file.uns("uns/shoal").integer("clusterings/none/labelled", -1), 0);
  EXPECT_THAT(bytes_of("out/report.html"), HasSubstr("none"));
}

TEST_F(KindsTest, WhatDoesNotFitTogetherIsToldBeforeAnythingIsRead) {
  write_posts(3);
  const auto error = [&](const std::string& rest) -> std::string {
    write_job(rest);
    try {
      run_job(world(), options("out"));
    } catch (const Error& refused) {
      return refused.code() == ExitCode::usage ? refused.what() : "not a usage error";
    }
    return "no error";
  };
  const std::string cycle =
      "[[map]]\nname = \"a\"\nmethod = \"plane\"\nof = \"b\"\n[[map]]\nname = \"b\"\nmethod = \"plane\"\nof "
      "= \"a\"\n";
  EXPECT_THAT(error(cycle), HasSubstr("needs another of them"));
  const std::string set = "[features.numbers]\nkind = \"counts\"\n";
  EXPECT_THAT(error(set + "[[map]]\nname = \"numbers\"\nmethod = \"plane\"\nof = \"numbers\"\n"),
              HasSubstr("is taken"));
  EXPECT_THAT(error(set + "[[map]]\nname = \"m\"\nmethod = \"umap\"\nof = \"numbers\"\n"),
              HasSubstr("plane"));
  EXPECT_THAT(error(set + "[[cluster]]\nname = \"likes\"\nmethod = \"stripes\"\nof = \"numbers\"\n"),
              HasSubstr("is taken"));
  EXPECT_THAT(
      error(set + "[[cluster]]\nname = \"numbers_present\"\nmethod = \"stripes\"\nof = \"numbers\"\n"),
      HasSubstr("is taken"));
}

}  // namespace
}  // namespace shoal
