// The table in docs/scaling.md of what ranks hold, from the forecast's own formulas.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <iterator>

#include "pipeline/engine/memory_forecast.hpp"
#include "pipeline/stages/cluster/kmeans.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/stages/store.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

constexpr int kRanks = 512;
constexpr std::int64_t kPostsOfFile = 17;
// Of a post: in its file, in memory, and on the way between ranks, as the real posts of 2017 have it.
constexpr double kBytesInFile = 900;
constexpr double kBytesInMemory = 1100;
constexpr double kBytesOnTheWay = 500;
constexpr std::int64_t kTags = 100'000;
constexpr std::int64_t kGroups = 100;

/// Stands in place of the stages that read: as if every post had a hashtag, and every other one a photo.
class SizesOfCorpus final : public Stage {
 public:
  explicit SizesOfCorpus(std::int64_t posts)
      : Stage(Entry{.section = "", .name = "corpus", .kind = "corpus"}), posts_(posts) {}
  [[nodiscard]] When when() const override { return When::early; }
  void run(Run&) override {}
  Cost cost(const Run&, Sizes& sizes) const override {
    sizes.rows = {{"posts", posts_}, {"images", posts_ / 2}};
    sizes.sets["tags"] = {"posts", true, kTags, posts_, "posts with tags"};
    sizes.naming_set = "tags";
    return {};
  }

 private:
  std::int64_t posts_;
};

std::string gibibytes(std::int64_t bytes) {
  return fmt::format("{:.1f}", static_cast<double>(bytes) / static_cast<double>(std::int64_t{1} << 30));
}

/// "| posts | read | images | cluster | store |" in GiB of a rank.
std::string row_for(std::int64_t posts) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  const auto comm = make_single_rank();
  StageList stages;
  stages.add<SizesOfCorpus>(posts);
  auto& index = stages.add<IndexStage>();
  auto& pass = stages.add<ImagePassStage>(index, false);
  pass.add(Entry{.section = "features", .name = "image", .kind = "vgg"}, ImageSettings{});
  KMeansSettings kmeans;
  kmeans.k = kGroups;
  stages.add<KMeansStage>(Entry{.section = "cluster", .name = "topics", .kind = "kmeans"}, "tags", kmeans);
  stages.add<StoreStage>();
  const Job job;
  Run run{*comm, *backend, job, stages};
  for (const auto& stage : stages) stage->prepare(run, {.out = {}, .settle = false});
  const auto files = posts / kPostsOfFile;
  const auto bytes = static_cast<std::int64_t>(kBytesInFile * static_cast<double>(posts));
  ReadingSize size;
  size.units = files;
  size.bytes = bytes;
  size.largest_file = size.largest_held = std::int64_t{1} << 20;
  size.posts_per_byte = 1 / kBytesInFile;
  size.memory_per_byte = kBytesInMemory / kBytesInFile;
  size.packed_per_byte = kBytesOnTheWay / kBytesInFile;
  RankView rank{.ranks = kRanks, .threads = 1, .resident = 0};
  rank.reading = forecast_reading(size, {bytes / kRanks, files / kRanks}, rank);
  rank.resident = static_cast<std::int64_t>(kBytesInMemory * static_cast<double>(posts) / kRanks);
  std::map<std::string, std::int64_t> lines;
  for (const StageMemory& line : forecast(run, rank).memory) lines[line.stage] = line.bytes;
  return fmt::format("| {} | {} | {} | {} | {} |", fmt::format("1e{}", static_cast<int>(std::log10(posts))),
                     gibibytes(lines.at("read")), gibibytes(lines.at("images")),
                     gibibytes(lines.at("cluster")), gibibytes(lines.at("store")));
}

TEST(ScalingTable, OfTheDocumentationIsTheForecasts) {
  std::ifstream file(SHOAL_SCALING_PAGE);
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  ASSERT_FALSE(page.empty());
  for (const std::int64_t posts : {1'000'000, 10'000'000, 100'000'000, 1'000'000'000}) {
    const std::string row = row_for(posts);
    EXPECT_NE(page.find(row), page.npos) << "docs/scaling.md should say\n" << row;
  }
}

}  // namespace
}  // namespace shoal
