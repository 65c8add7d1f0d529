// One rank's threads together: files in a folder, a network that is a stand-in, a journal that is real.
#include "pipeline/images/pass.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <functional>
#include <latch>
#include <stdexcept>
#include <thread>

#include "shoal/base/error.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/data/serialize.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;

constexpr std::int64_t kSide = 16;

/// Two numbers an image: its first pixel, and its place.
class StandIn final : public Network {
 public:
  /// trouble(worker) is called in each forward.
  explicit StandIn(milliseconds pause = milliseconds(0), std::function<void(int)> trouble = {})
      : pause_(pause), trouble_(std::move(trouble)) {}
  [[nodiscard]] std::int64_t tile_images() const override { return kCpuTileImages; }
  [[nodiscard]] std::int64_t features() const override { return 2; }
  [[nodiscard]] int workers() const override { return 2; }
  void forward(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) override {
    std::this_thread::sleep_for(pause_);
    if (trouble_) trouble_(worker);
    for (std::size_t i = 0; i < static_cast<std::size_t>(kCpuTileImages); ++i) {
      features[2 * i] = static_cast<float>(pixels[i * kSide * kSide * 3]);
      features[2 * i + 1] = static_cast<float>(i);
    }
  }

 private:
  milliseconds pause_;
  std::function<void(int)> trouble_;
};

/// Golden images under many names, one of which is no image, and their tiles.
class Corpus {
 public:
  explicit Corpus(std::int64_t images) {
    const fs::path golden = fs::path(SHOAL_SOURCE_DIR) / "tests/vision/golden";
    const std::array files{golden / "baseline-444.jpg", golden / "grey.jpg", golden / "grey8.png",
                           fs::path(SHOAL_TEST_DIR) / "images/pass_test.cpp"};
    for (std::int64_t i = 0; i < images; ++i) {
      const std::string name = std::to_string(i);
      fs::create_symlink(files[static_cast<std::size_t>(i) % files.size()], folder_.path() / name);
      if (i % kCpuTileImages == 0) tiles.emplace_back();
      ImageCandidate candidate;
      candidate.number = i;
      candidate.ref.name = name;
      tiles.back().push_back(std::move(candidate));
    }
  }

  ComputedImages compute(Network& network, int decoders) const {
    const testing::ScratchFolder work;
    const auto comm = make_single_rank();
    const Digest key{};
    const JournalSegments segments(work.path(), key, {});
    TileWriter journal(work.path(), key, 0, {});
    TileExchange exchange(*comm, std::ssize(tiles), network.workers(), [&](std::int64_t tile) {
      return serialize_object(tiles[static_cast<std::size_t>(tile)]);
    });
    const ImageReader reader({{folder_.path().string(), false}});
    ImageFeatures settings;
    settings.resize = kSide;
    ComputedImages computed =
        compute_image_features(network, reader, settings, {exchange, {}, segments, journal}, decoders);
    exchange.close();
    return computed;
  }

  std::vector<TileCandidates> tiles;

 private:
  testing::ScratchFolder folder_;
};

TEST(ImageFeatures, AreTheSameOnAnyNumberOfDecodingThreads) {
  const Corpus corpus(61);
  StandIn network;
  const ComputedImages one = corpus.compute(network, 1);
  EXPECT_EQ(one.rows.size(), 46U);
  EXPECT_EQ(one.quarantine.size(), 15U);
  for (const int decoders : {2, 7}) {
    const ComputedImages other = corpus.compute(network, decoders);
    EXPECT_EQ(other.features, one.features);
    EXPECT_EQ(other.quarantine, one.quarantine);
    ASSERT_EQ(other.rows.size(), one.rows.size());
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
      EXPECT_EQ(other.rows[i].candidate, one.rows[i].candidate);
      EXPECT_EQ(other.rows[i].digest, one.rows[i].digest);
    }
  }
}

TEST(ImageFeatures, TellHowManyImagesCameOutOfEachStepAndWhichIsTheLimit) {
  const Corpus corpus(61);
  StandIn slow(milliseconds(25));
  const ImageTimes times = corpus.compute(slow, 2).times;
  EXPECT_EQ(times.of(ImageStep::reading).images, 61);
  for (const auto step :
       {ImageStep::decoding, ImageStep::preprocessing, ImageStep::computing, ImageStep::journal}) {
    EXPECT_EQ(times.of(step).images, 46) << kImageStepNames[static_cast<std::size_t>(step)];
  }
  EXPECT_EQ(times.decoders.threads, 2);
  EXPECT_EQ(times.computers.threads, 2);
  EXPECT_EQ(limit_of(times), "computing");
}

TEST(ImageFeatures, AnErrorOfTheNetworkEndsAllThreadsAndIsTold) {
  // The third tile is handed out when one of the first two is finished, which never happens.
  const Corpus corpus(3 * kCpuTileImages);
  StandIn failing(milliseconds(20), [](int) { throw std::runtime_error("the network fails"); });
  EXPECT_THROW(corpus.compute(failing, 4), std::runtime_error);
}

/// Whichever worker is the first to meet it.
TEST(ImageFeatures, OfALostDeviceTheCauseIsToldAndNotItsConsequences) {
  const Corpus corpus(2 * kCpuTileImages);
  for (const bool cause_first : {false, true}) {
    std::latch both(2);  // a worker may not be through before the other has its tile
    std::latch first_told(1);
    StandIn failing(milliseconds(0), [&](int worker) {
      both.arrive_and_wait();
      const bool is_cause = worker == 0;
      if (is_cause == cause_first) {
        first_told.count_down();
      } else {
        first_told.wait();
        std::this_thread::sleep_for(milliseconds(20));
      }
      if (is_cause) throw FailureError("the kernel broke");
      throw FailureElsewhere("the kernel broke, in another tile");
    });
    try {
      corpus.compute(failing, 2);
      ADD_FAILURE() << "no error";
    } catch (const Error& error) {
      EXPECT_THAT(error.what(), ::testing::MatchesRegex("images, tile [01]: the kernel broke"));
      EXPECT_EQ(error.code(), ExitCode::failure);
    }
  }
}

TEST(ImageFeatures, AConsequenceIsToldWhereNobodyTellsTheCause) {
  const Corpus corpus(2 * kCpuTileImages);
  StandIn failing(milliseconds(0), [](int) { throw FailureElsewhere("elsewhere"); });
  EXPECT_THROW(corpus.compute(failing, 2), FailureElsewhere);
}

}  // namespace
}  // namespace shoal
