// What is forecast grows with what makes it grow, and advice holds.
#include "pipeline/engine/memory_forecast.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "pipeline/engine/memory_check.hpp"
#include "pipeline/images/decoding.hpp"
#include "pipeline/stages/cluster/kmeans.hpp"
#include "pipeline/stages/features/images.hpp"
#include "pipeline/stages/store.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/data/post.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;

/// Stands in place of the stages that read and index: it knows how large everything is.
class KnownSizes final : public Stage {
 public:
  KnownSizes() : Stage(Entry{.section = "", .name = "known", .kind = "known"}) {}
  [[nodiscard]] When when() const override { return When::early; }
  void run(Run&) override {}
  Cost cost(const Run&, Sizes& sizes) const override {
    sizes.rows = rows;
    if (tags == 0) return {};
    sizes.sets["tags"] = {"posts", true, tags, rows.at("posts"), "posts with tags"};
    if (tags_name_groups) sizes.naming_set = "tags";
    return {};
  }
  std::map<std::string, std::int64_t> rows{{"posts", 1000}, {"images", 400}};
  std::int64_t tags = 0;  ///< columns of a tf-idf set
  bool tags_name_groups = true;
};

/// A job with a set of image features of VGG16, and a clustering of one of its sets, on a backend.
struct SmallJob {
  explicit SmallJob(Backend& backend, std::int64_t k = 8, const std::string& of = "image")
      : backend_(backend) {
    sizes = &stages.add<KnownSizes>();
    auto& index = stages.add<IndexStage>();
    pass = &stages.add<ImagePassStage>(index, false);
    pass->add(Entry{.section = "features", .name = "image", .kind = "vgg"}, ImageSettings{});
    KMeansSettings kmeans;
    kmeans.k = k;
    stages.add<KMeansStage>(Entry{.section = "cluster", .name = "looks", .kind = "kmeans"}, of, kmeans);
  }
  /// The first forecast ends the list of stages.
  Forecast forecast_for(const RankView& rank, bool releases = false) {
    if (stages.find<StoreStage>() == nullptr) stages.add<StoreStage>();
    Run run{*comm, backend_, job, stages};
    run.releases_sets = releases;
    for (const auto& stage : stages) stage->prepare(run, {.out = {}, .settle = false});
    return forecast(run, rank);
  }

  StageList stages;
  KnownSizes* sizes;
  ImagePassStage* pass;

 private:
  Backend& backend_;
  std::unique_ptr<Communicator> comm = make_single_rank();
  Job job;
};

std::int64_t bytes_of(const std::vector<StageMemory>& stages, const std::string& name) {
  for (const StageMemory& stage : stages) {
    if (stage.stage == name) return stage.bytes;
  }
  return -1;
}

TEST(MemoryForecast, CountsWeightsTwiceWhileTheyAreLaidOutAndThenFeaturesTwice) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  SmallJob job(*backend);
  const RankView rank{.ranks = 2, .threads = 1, .resident = 30 * kMiB, .reading = 40 * kMiB};
  job.sizes->rows["images"] = 0;
  const auto without = job.forecast_for(rank).memory;
  EXPECT_EQ(bytes_of(without, "read"), 40 * kMiB);
  EXPECT_NEAR(static_cast<double>(bytes_of(without, "images")) / kMiB, 30 + 2 * 513, 60);
  job.sizes->rows["images"] = 100000;
  const auto with = job.forecast_for(rank).memory;
  // Beside these, activations and what rows say of themselves: 41 MiB.
  const double features = 50000.0 * 4096 * 4 / kMiB;
  EXPECT_NEAR(static_cast<double>(bytes_of(with, "images")) / kMiB, 30 + 513 + 41 + 2 * features,
              0.02 * features);
  // The clustering centres a copy of them.
  EXPECT_NEAR(static_cast<double>(bytes_of(with, "cluster")) / kMiB, 30 + 2 * features, 0.05 * features);
  EXPECT_EQ(largest_stage(with).stage, "images");
}

TEST(MemoryForecast, OfSeveralSetsOfImagesAddsUpWhatTheyKeepAndMovesOneAtATime) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  SmallJob one(*backend);
  SmallJob two(*backend);
  ImageSettings pixels;
  pixels.kind = ImageKind::rgb;
  pixels.resize = 32;  // 3072 numbers, fewer than VGG's
  two.pass->add(Entry{.section = "features", .name = "pixels", .kind = "rgb"}, pixels);
  const RankView rank{.ranks = 1, .threads = 1, .resident = 0};
  for (SmallJob* job : {&one, &two}) job->sizes->rows["images"] = 100000;
  const std::int64_t of_pixels = 100000LL * 3072 * 4;
  const auto grown = [&](const char* stage) {
    return bytes_of(two.forecast_for(rank).memory, stage) - bytes_of(one.forecast_for(rank).memory, stage);
  };
  // The second set's tiles tell their rows once more.
  EXPECT_NEAR(static_cast<double>(grown("images")), static_cast<double>(of_pixels + 100000 * 320),
              2.0 * kMiB);
  EXPECT_EQ(grown("cluster"), of_pixels);
}

TEST(MemoryForecast, ASetThatIsReleasedMakesRoomForWhatFollowsItsLastReader) {
  const auto backend = make_cpu_backend({1, InstructionLevel::baseline});
  SmallJob job(*backend);
  ImageSettings pixels;
  pixels.kind = ImageKind::rgb;
  pixels.resize = 64;  // 12288 numbers, more than VGG's
  job.pass->add(Entry{.section = "features", .name = "pixels", .kind = "rgb"}, pixels);
  KMeansSettings kmeans;
  job.stages.add<KMeansStage>(Entry{.section = "cluster", .name = "colours", .kind = "kmeans"}, "pixels",
                              kmeans);
  // A clustering of the small set, then one of the large set, then the results.
  std::vector<std::string> last;
  for (const auto& stage : job.stages) {
    for (const std::string& name : job.stages.last_read_by(*stage))
      last.push_back(stage->name() + " " + name);
  }
  EXPECT_EQ(last, std::vector<std::string>{"cluster.looks features.image"})
      << "what is read last is not released";
  job.sizes->rows["images"] = 100000;
  const RankView rank{.ranks = 1, .threads = 1, .resident = 0};
  const auto keeping = job.forecast_for(rank).memory;
  const auto releasing = job.forecast_for(rank, true).memory;
  const std::int64_t of_image = 100000LL * 4096 * 4;
  EXPECT_EQ(bytes_of(keeping, "images"), bytes_of(releasing, "images"));
  EXPECT_EQ(bytes_of(keeping, "cluster") - bytes_of(releasing, "cluster"), of_image);
  EXPECT_EQ(bytes_of(releasing, "store") - bytes_of(keeping, "store"), of_image)
      << "read again, it lies there twice";
}

TEST(MemoryForecast, CountsTheLargestImagesThatMayBeDecodedSideBySide) {
  EXPECT_EQ(memory_of_decoding({}), 0);
  const std::int64_t one = memory_of_decoding({2 * kMiB});
  EXPECT_GT(one, 2 * kMiB);
  EXPECT_EQ(memory_of_decoding({2 * kMiB, kMiB}), one + one / 2);
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
  [[nodiscard]] std::int64_t tile_images(const NetworkSpec&) const override { return images_of_tile; }
  [[nodiscard]] std::string why_not(Precision) const override { return {}; }
  [[nodiscard]] std::string numeric_identity() const override { return {}; }
  [[nodiscard]] std::string description() const override { return {}; }
  std::int64_t images_of_tile = 8;
  std::int64_t of_sums = 0;
  std::int64_t most_entries = std::int64_t{1} << 40;
  std::int64_t most_sums = std::int64_t{1} << 40;

 private:
  std::unique_ptr<Backend> cpu_ = make_cpu_backend({1, InstructionLevel::baseline});
};

TEST(MemoryForecast, CountsWhatTheBackendTakesForAClustering) {
  const auto cpu = make_cpu_backend({1, InstructionLevel::baseline});
  WithOwnMemory with_more;
  const RankView rank{.ranks = 2, .threads = 1, .resident = 0};
  const auto clustering = [&](Backend& backend, const std::string& of, bool named) {
    SmallJob job(backend, 30, of);
    job.sizes->tags = named || of == "tags" ? 700 : 0;
    job.sizes->tags_name_groups = named;
    return bytes_of(job.forecast_for(rank).memory, "cluster");
  };
  EXPECT_EQ(clustering(with_more, "image", false) - clustering(*cpu, "image", false), 1000 * 200 + 4096 * 30);
  EXPECT_EQ(clustering(with_more, "tags", false) - clustering(*cpu, "tags", false), 100000 * 500 + 700 * 30);
  // What the groups' posts are about is summed up afterwards.
  with_more.of_sums = 1 << 30;
  EXPECT_GT(clustering(with_more, "tags", true), 1 << 30);
  EXPECT_LT(clustering(with_more, "tags", true), (1 << 30) + 8 * kMiB);
}

TEST(MemoryForecast, TellsWhyTheBackendsOwnMemoryDoesNotSuffice) {
  WithOwnMemory backend;
  const auto why = [&](int ranks, bool tags) {
    SmallJob job(backend, 30);
    job.sizes->tags = tags ? 700 : 0;
    return job.forecast_for({.ranks = ranks, .threads = 1, .resident = 0}).why_no_room;
  };
  EXPECT_EQ(why(2, false), "");
  backend.most_entries = 200 * 4096 - 1;
  EXPECT_EQ(why(2, false), "clustering 'looks': the clustering is too large");
  EXPECT_EQ(why(3, false), "");
  // An image clustering adds up the hashtags of its groups, too, in a job that has them.
  backend.most_entries = std::int64_t{1} << 40;
  backend.most_sums = 30 * 700 - 1;
  EXPECT_EQ(why(2, false), "");
  EXPECT_EQ(why(2, true), "the hashtags of clustering 'looks': the sums are too large");
  backend.most_sums = 30 * 700;
  EXPECT_EQ(why(2, true), "");
  backend.images_of_tile = 128;
  EXPECT_EQ(why(2, false), "the network is too large");
}

TEST(MemoryForecast, OfReadingGrowsWithPostsFilesAndThreads) {
  constexpr auto kPost = static_cast<std::int64_t>(sizeof(Post));
  const ReadingSize size{.units = 100,
                         .bytes = 400 * kMiB,
                         .largest_file = 4 * kMiB,
                         .largest_held = 4 * kMiB,
                         .posts_per_byte = 0.001,
                         .memory_per_byte = 1.0,
                         .packed_per_byte = 0.5,
                         .of_rank = {100 * kMiB, 25},
                         .resident = 30 * kMiB};
  const auto reading = [&](std::int64_t bytes, int ranks, int threads) {
    return forecast_reading(size, {bytes, 25}, {.ranks = ranks, .threads = threads});
  };
  const double of_rank = 100.0 * kMiB * (1.0 + 0.001 * kPost + 0.5) + 30.0 * kMiB + 25 * 2000 + 4 * 32000;
  EXPECT_NEAR(static_cast<double>(reading(100 * kMiB, 4, 1)), of_rank, 10);
  EXPECT_EQ(forecast_reading_among(size, 4, 1), reading(100 * kMiB, 4, 1));
  // A rank that reads less than its share gets its share.
  EXPECT_EQ(reading(50 * kMiB, 4, 1), reading(100 * kMiB, 4, 1));
  EXPECT_GT(reading(150 * kMiB, 4, 1), reading(100 * kMiB, 4, 1));
  // Units, too, are a rank's share or what it reads of them.
  EXPECT_EQ(forecast_reading(size, {100 * kMiB, 35}, {.ranks = 4}) - reading(100 * kMiB, 4, 1), 10 * 2000);
  // Many threads hold many files.
  EXPECT_EQ(reading(100 * kMiB, 4, 16) - reading(100 * kMiB, 4, 15), 4 * 4 * kMiB);
  EXPECT_EQ(reading(100 * kMiB, 4, 1000), reading(100 * kMiB, 4, 25)) << "no more than there are";
}

TEST(MemoryForecast, OfALargeFileThatIsReadInPiecesThePostsCountAndNotTheBytes) {
  ReadingSize size{.units = 1,
                   .bytes = 10'000 * kMiB,
                   .largest_file = 10'000 * kMiB,
                   .largest_held = 64 * kMiB,
                   .posts_per_byte = 0.001,
                   .memory_per_byte = 1.0};
  const auto parsing = [&] {
    return static_cast<double>(forecast_reading(size, {size.bytes, 1}, {.ranks = 1, .threads = 1}));
  };
  const auto bytes = static_cast<double>(size.bytes);
  EXPECT_NEAR(parsing(), bytes * (1.0 + 0.002 * sizeof(Post)) + 4 * 64.0 * kMiB + 2000 + 32000, 10);
  size.largest_held = size.largest_file;
  EXPECT_NEAR(parsing(), bytes * 5.0 + 2000 + 32000, 10) << "of other formats the file counts, four times";
}

TEST(MemoryForecast, MoreRanksHoldLessEach) {
  const RankView mine{.ranks = 4, .threads = 1, .resident = 500 * kMiB};
  const RankView other = among(mine, 8, 100 * kMiB);
  EXPECT_EQ(other.ranks, 8);
  EXPECT_EQ(other.resident, 300 * kMiB);
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

}  // namespace
}  // namespace shoal
