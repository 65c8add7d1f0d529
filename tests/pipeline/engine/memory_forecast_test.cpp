// What is forecast grows with what makes it grow, and advice holds.
#include "pipeline/engine/memory_forecast.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline/engine/memory_check.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

Job job_with_images() {
  Job job;
  job.image.emplace();
  job.clusterings.push_back({"looks", FeatureKind::image, {}});
  return job;
}

std::int64_t bytes_of(const std::vector<StageMemory>& stages, const std::string& name) {
  for (const StageMemory& stage : stages) {
    if (stage.stage == name) return stage.bytes;
  }
  return -1;
}

TEST(MemoryForecast, CountsWeightsTwiceWhileTheyAreLaidOutAndThenFeaturesTwice) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  const Job job = job_with_images();
  const JobSize none{.posts = 1000, .images = 0, .images_per_tile = 8};
  const JobSize many{.posts = 1000, .images = 100000, .images_per_tile = 8};
  const RankView rank{.ranks = 2, .threads = 1, .resident = 30 * kMiB, .peak = 40 * kMiB};
  const auto without = forecast_memory(job, *backend, none, rank);
  EXPECT_EQ(bytes_of(without, "read"), 40 * kMiB);
  EXPECT_NEAR(static_cast<double>(bytes_of(without, "images")) / kMiB, 30 + 2 * 513, 60);
  const auto with = forecast_memory(job, *backend, many, rank);
  // Beside these, activations and what rows say of themselves: 41 MiB.
  const double features = 50000.0 * 4096 * 4 / kMiB;
  EXPECT_NEAR(static_cast<double>(bytes_of(with, "images")) / kMiB, 30 + 513 + 41 + 2 * features,
              0.02 * features);
  // The clustering centres a copy of them.
  EXPECT_NEAR(static_cast<double>(bytes_of(with, "cluster")) / kMiB, 30 + 2 * features, 0.05 * features);
  EXPECT_EQ(largest_stage(with).stage, "images");
}

TEST(MemoryForecast, CountsTheLargestImagesThatMayBeDecodedSideBySide) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  Job job = job_with_images();
  job.image->kind = ImageFeatureKind::rgb;
  const RankView rank{.ranks = 1, .threads = 1, .resident = 0, .peak = 0};
  const auto with_files = [&](std::vector<std::int64_t> bytes) {
    const JobSize size{.images = 3, .images_per_tile = 8, .largest_image_files = std::move(bytes)};
    return bytes_of(forecast_memory(job, *backend, size, rank), "images");
  };
  const std::int64_t none = with_files({});
  const std::int64_t one = with_files({2 * kMiB}) - none;
  EXPECT_GT(one, 2 * kMiB);
  EXPECT_EQ(with_files({2 * kMiB, kMiB}) - none, one + one / 2);
}

/// The CPU's, but for clusterings, which take more where rows are sparse.
class WithOwnMemory final : public Backend {
 public:
  std::unique_ptr<Network> compile(const NetworkSpec& spec, const WeightSource& weights,
                                   std::unique_ptr<WeightMemory> memory) override {
    return cpu_->compile(spec, weights, std::move(memory));
  }
  [[nodiscard]] NetworkMemory network_memory(const NetworkSpec& spec) const override {
    return cpu_->network_memory(spec);
  }
  [[nodiscard]] std::int64_t clustering_memory(const ClusteringShape& shape) const override {
    if (shape.only_sums) return of_sums;
    return (shape.sparse ? 100000 : 1000) * shape.rows + shape.columns * shape.k;
  }
  [[nodiscard]] std::string why_no_room(const NetworkSpec& spec) const override {
    return spec.tile_images > 64 ? "the network is too large" : "";
  }
  [[nodiscard]] std::string why_no_room(const ClusteringShape& shape) const override {
    if (shape.only_sums) return shape.k * shape.columns > most_sums ? "the sums are too large" : "";
    return shape.rows * shape.columns > most_entries ? "the clustering is too large" : "";
  }
  ArrayOperations& arrays() override { return cpu_->arrays(); }
  [[nodiscard]] bool uses_weight_memory() const override { return true; }
  [[nodiscard]] std::int64_t tile_images(const NetworkSpec&) const override { return 8; }
  [[nodiscard]] std::string why_not(Precision) const override { return {}; }
  [[nodiscard]] std::string numeric_identity() const override { return {}; }
  [[nodiscard]] std::string description() const override { return {}; }
  std::int64_t of_sums = 0;
  std::int64_t most_entries = std::int64_t{1} << 40;
  std::int64_t most_sums = std::int64_t{1} << 40;

 private:
  std::unique_ptr<Backend> cpu_ = make_cpu_backend({1, InstructionLevel::baseline});
};

TEST(MemoryForecast, CountsWhatTheBackendTakesForAClustering) {
  const auto cpu = make_cpu_backend({1, InstructionLevel::baseline});
  WithOwnMemory with_more;
  const JobSize size{.posts = 1000, .columns = 700, .images = 400, .images_per_tile = 8};
  const RankView rank{.ranks = 2, .threads = 1, .resident = 0, .peak = 0};
  const auto clustering = [&](const Backend& backend, const Job& job) {
    return bytes_of(forecast_memory(job, backend, size, rank), "cluster");
  };
  Job job = job_with_images();
  job.clusterings.front().kmeans.k = 30;
  EXPECT_EQ(clustering(with_more, job) - clustering(*cpu, job), 1000 * 200 + 4096 * 30);
  job.clusterings.front().of = FeatureKind::tags;
  EXPECT_EQ(clustering(with_more, job) - clustering(*cpu, job), 100000 * 500 + 700 * 30);
  // What the groups' posts are about is summed up afterwards.
  job.tags.emplace();
  with_more.of_sums = 1 << 30;
  EXPECT_GT(clustering(with_more, job), 1 << 30);
  EXPECT_LT(clustering(with_more, job), (1 << 30) + 8 * kMiB);
}

TEST(MemoryForecast, TellsWhyTheBackendsOwnMemoryDoesNotSuffice) {
  WithOwnMemory backend;
  Job job = job_with_images();
  JobSize size{.posts = 1000, .columns = 700, .images = 400, .images_per_tile = 8};
  const RankView rank{.ranks = 2, .threads = 1, .resident = 0, .peak = 0};
  EXPECT_EQ(why_no_room(job, backend, size, rank), "");
  backend.most_entries = 200 * 4096 - 1;
  EXPECT_EQ(why_no_room(job, backend, size, rank),
            fmt::format("clustering '{}': the clustering is too large", job.clusterings.front().name));
  // An image clustering adds up the hashtags of its groups, too, in a job that has them.
  job.clusterings.front().kmeans.k = 30;
  backend.most_sums = 30 * 700 - 1;
  backend.most_entries = std::int64_t{1} << 40;
  EXPECT_EQ(why_no_room(job, backend, size, rank), "");
  job.tags.emplace();
  EXPECT_EQ(
      why_no_room(job, backend, size, rank),
      fmt::format("the hashtags of clustering '{}': the sums are too large", job.clusterings.front().name));
  backend.most_sums = 30 * 700;
  EXPECT_EQ(why_no_room(job, backend, size, rank), "");
  backend.most_entries = 200 * 4096 - 1;
  EXPECT_EQ(why_no_room(job, backend, size, {.ranks = 3, .threads = 1, .resident = 0, .peak = 0}), "");
  size.images_per_tile = 128;
  EXPECT_EQ(why_no_room(job, backend, size, rank), "the network is too large");
}

TEST(MemoryForecast, MoreRanksHoldLessEach) {
  const RankView mine{.ranks = 4, .threads = 1, .resident = 500 * kMiB, .peak = 900 * kMiB};
  const RankView other = among(mine, 8, 100 * kMiB);
  EXPECT_EQ(other.ranks, 8);
  EXPECT_EQ(other.resident, 300 * kMiB);
  EXPECT_EQ(other.peak, 500 * kMiB);
}

TEST(MemoryForecast, FindsTheLeastNumberOfRanksThatFits) {
  // 1000 to share out, 10 a rank whatever, nodes of 100.
  const auto fits = [](int ranks, int per_node) { return per_node * (10 + 1000 / ranks) <= 100; };
  const auto four = find_fitting(4, fits);
  ASSERT_TRUE(four);
  EXPECT_EQ(four->ranks_per_node, 4);
  EXPECT_TRUE(fits(four->ranks, 4));
  EXPECT_FALSE(fits(four->ranks - 4, 4));
  // Twelve a node never fit; fewer do.
  const auto twelve = find_fitting(12, fits);
  ASSERT_TRUE(twelve);
  EXPECT_LT(twelve->ranks_per_node, 12);
  EXPECT_TRUE(fits(twelve->ranks, twelve->ranks_per_node));
  EXPECT_FALSE(find_fitting(4, [](int, int) { return false; }));
}

TEST(MemoryForecast, TextsAreForPeople) {
  EXPECT_EQ(memory_text(300 * kMiB), "300 MiB");
  EXPECT_EQ(memory_text(1280 * kMiB), "1.25 GiB");
}

}  // namespace
}  // namespace shoal
