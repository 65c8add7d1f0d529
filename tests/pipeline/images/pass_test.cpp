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
  explicit StandIn(milliseconds pause = milliseconds(0), std::function<void(int)> trouble = {},
                   std::int64_t tile_images = kCpuTileImages, std::int64_t side = kSide)
      : pause_(pause), trouble_(std::move(trouble)), tile_images_(tile_images), side_(side) {}
  [[nodiscard]] std::int64_t tile_images() const override { return tile_images_; }
  [[nodiscard]] std::int64_t features() const override { return 2; }
  [[nodiscard]] int workers() const override { return 2; }
  void forward(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) override {
    std::this_thread::sleep_for(pause_);
    if (trouble_) trouble_(worker);
    for (std::size_t i = 0; i < static_cast<std::size_t>(tile_images_); ++i) {
      features[2 * i] = static_cast<float>(pixels[i * static_cast<std::size_t>(side_ * side_ * 3)]);
      features[2 * i + 1] = static_cast<float>(i);
    }
  }

 private:
  milliseconds pause_;
  std::function<void(int)> trouble_;
  std::int64_t tile_images_;
  std::int64_t side_;
};

ImageSettings settings_of(std::int64_t side) {
  ImageSettings settings;
  settings.resize = side;
  return settings;
}

/// The journal of one set in a folder of its own, as a run finds it.
struct Journal {
  explicit Journal(const fs::path& folder)
      : segments(folder, Digest{}, JournalSegments::list(folder)), writer(folder, Digest{}, 0, {}) {}
  JournalSegments segments;
  TileWriter writer;
};

/// Golden images under many names, one of which is no image.
class Corpus {
 public:
  explicit Corpus(std::int64_t images) {
    const fs::path golden = fs::path(SHOAL_SOURCE_DIR) / "tests/vision/golden";
    const std::array files{golden / "baseline-444.jpg", golden / "grey.jpg", golden / "grey8.png",
                           fs::path(SHOAL_TEST_DIR) / "images/pass_test.cpp"};
    for (std::int64_t i = 0; i < images; ++i) {
      const std::string name = std::to_string(i);
      fs::create_symlink(files[static_cast<std::size_t>(i) % files.size()], folder_.path() / name);
      ImageCandidate candidate;
      candidate.number = i;
      candidate.ref.name = name;
      candidate.ref.bytes = static_cast<std::int64_t>(fs::file_size(folder_.path() / name));
      candidates.push_back(std::move(candidate));
    }
  }

  /// orders: each of them once.
  [[nodiscard]] ComputedImages compute(const std::vector<PassSet>& sets, const std::vector<TileOrder>& orders,
                                       const std::vector<JournaledTile>& journaled, int decoders) const {
    const auto comm = make_single_rank();
    TileExchange exchange(*comm, std::ssize(orders), sets.front().network.workers(), [&](std::int64_t order) {
      return serialize_object(orders[static_cast<std::size_t>(order)]);
    });
    const ImageReader reader({{folder_.path().string(), false}});
    ComputedImages computed = compute_image_features(sets, reader, exchange, journaled, decoders);
    exchange.close();
    return computed;
  }

  /// All images by one network.
  [[nodiscard]] ComputedImages compute(Network& network, int decoders) const {
    const testing::ScratchFolder work;
    Journal journal(work.path());
    const ImageSettings settings = settings_of(kSide);
    return compute({{settings, network, journal.segments, journal.writer}}, orders_for({&network}), {},
                   decoders);
  }

  /// Orders for all tiles of networks.
  [[nodiscard]] std::vector<TileOrder> orders_for(const std::vector<Network*>& networks) const {
    std::int64_t largest = 1;
    for (const Network* network : networks) largest = std::max(largest, network->tile_images());
    std::vector<TileOrder> orders;
    for (TileCandidates& tile : split_into_tiles(candidates, largest)) {
      TileOrder order{std::move(tile), {}};
      for (std::size_t set = 0; set < networks.size(); ++set) {
        for (const TileCandidates& part : split_into_tiles(order.candidates, networks[set]->tile_images())) {
          order.wanted.push_back(
              {static_cast<std::int32_t>(set), part.front().number / networks[set]->tile_images()});
        }
      }
      orders.push_back(std::move(order));
    }
    return orders;
  }

  TileCandidates candidates;

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
    EXPECT_EQ(other.sets[0].features, one.sets[0].features);
    EXPECT_EQ(other.sets[0].candidates, one.sets[0].candidates);
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

/// Where several sets have tiles of different sizes, one order of the largest holds whole tiles of the
/// others.
TEST(ImageFeatures, OfSeveralSetsAreThoseOfEachAlone) {
  const Corpus corpus(61);
  const ImageSettings coarse = settings_of(kSide);
  const ImageSettings fine = settings_of(2 * kSide);
  StandIn large(milliseconds(0), {}, 16, kSide);
  StandIn small(milliseconds(0), {}, 4, 2 * kSide);
  const auto both = [&](const testing::ScratchFolder& work) {
    Journal first(work.path() / "a");
    Journal second(work.path() / "b");
    return corpus.compute(
        {{coarse, large, first.segments, first.writer}, {fine, small, second.segments, second.writer}},
        corpus.orders_for({&large, &small}), {}, 3);
  };
  const auto alone = [&](const ImageSettings& settings, Network& network) {
    const testing::ScratchFolder work;
    Journal journal(work.path());
    return corpus.compute({{settings, network, journal.segments, journal.writer}},
                          corpus.orders_for({&network}), {}, 2);
  };
  const testing::ScratchFolder work;
  const ComputedImages together = both(work);
  EXPECT_EQ(together.sets[0].features, alone(coarse, large).sets[0].features);
  EXPECT_EQ(together.sets[1].features, alone(fine, small).sets[0].features);
  EXPECT_EQ(together.sets[1].candidates, together.sets[0].candidates);
  EXPECT_EQ(together.rows.size(), 46U);
  EXPECT_EQ(together.quarantine.size(), 15U) << "an image that cannot be read is told once";
  EXPECT_EQ(together.times.of(ImageStep::reading).images, 61) << "an image is read once for both";
  EXPECT_EQ(together.times.of(ImageStep::computing).images, 46) << "and counts once";
  EXPECT_EQ(together.computed, 4 + 16);
}

/// A set that joins a job later is computed alone; the other one's tiles come from its journal.
TEST(ImageFeatures, OfASetThatJoinsLaterAreComputedAlone) {
  const Corpus corpus(2 * kCpuTileImages);
  const testing::ScratchFolder work;
  const ImageSettings settings = settings_of(kSide);
  StandIn network;
  StandIn never(milliseconds(0), [](int) { throw std::runtime_error("this set was finished"); });
  StandIn later(milliseconds(0), {}, 4);
  ComputedImages whole;
  {
    Journal journal(work.path() / "a");
    whole = corpus.compute({{settings, network, journal.segments, journal.writer}},
                           corpus.orders_for({&network}), {}, 2);
    journal.writer.seal();
  }
  Journal finished(work.path() / "a");
  Journal empty(work.path() / "b");
  std::vector<std::string> damage;
  std::vector<JournaledTile> journaled;
  const auto tiles = split_into_tiles(corpus.candidates, kCpuTileImages);
  for (const TilePlace& place : finished.segments.read_index(0, damage)) {
    journaled.push_back({0, tiles[static_cast<std::size_t>(place.tile)], {place}});
  }
  ASSERT_EQ(journaled.size(), 2U);
  auto orders = corpus.orders_for({&never, &later});
  for (TileOrder& order : orders)
    std::erase_if(order.wanted, [](const SetTile& tile) { return tile.set == 0; });
  const ComputedImages resumed = corpus.compute({{settings, never, finished.segments, finished.writer},
                                                 {settings, later, empty.segments, empty.writer}},
                                                orders, journaled, 2);
  EXPECT_EQ(resumed.sets[0].features, whole.sets[0].features);
  EXPECT_EQ(resumed.reused, 2);
  EXPECT_EQ(resumed.computed, 4);
}

/// Copies a journal's tiles to segments of several ranks, in turn.
void deal_out(const fs::path& from, const fs::path& to, int ranks) {
  const JournalSegments segments(from, Digest{}, JournalSegments::list(from));
  std::vector<std::unique_ptr<TileWriter>> writers;
  for (int rank = 0; rank < ranks; ++rank)
    writers.push_back(std::make_unique<TileWriter>(to, Digest{}, rank, JournalSettings{}));
  std::vector<std::string> damage;
  TileReader reader(segments);
  for (const TilePlace& place : segments.read_index(0, damage)) {
    const auto payload = reader.read(place, damage);
    ASSERT_TRUE(payload);
    writers[static_cast<std::size_t>(place.tile % ranks)]->append(place.tile, place.input, {1, 1}, *payload);
  }
}

TEST(ImageFeatures, OfManySegmentsAreTheSameHoweverManyThreadsFetchThem) {
  const Corpus corpus(9 * kCpuTileImages);
  const testing::ScratchFolder work;
  const ImageSettings settings = settings_of(kSide);
  StandIn network;
  ComputedImages whole;
  {
    Journal journal(work.path() / "one");
    whole = corpus.compute({{settings, network, journal.segments, journal.writer}},
                           corpus.orders_for({&network}), {}, 2);
  }
  deal_out(work.path() / "one", work.path() / "many", 4);
  Journal finished(work.path() / "many");
  ASSERT_EQ(finished.segments.names().size(), 4U);
  std::vector<std::string> damage;
  std::vector<JournaledTile> journaled;
  const auto tiles = split_into_tiles(corpus.candidates, kCpuTileImages);
  for (std::int32_t segment = 0; segment < 4; ++segment) {
    for (TilePlace place : finished.segments.read_index(segment, damage)) {
      // Of the last tile of each segment another's checksum is expected: it is damaged.
      if (place.tile >= 5) ++place.crc;
      journaled.push_back({0, tiles[static_cast<std::size_t>(place.tile)], {place}});
    }
  }
  ASSERT_EQ(journaled.size(), 9U);
  for (const int threads : {1, 2, 7}) {
    const testing::ScratchFolder anew;
    Journal journal(anew.path());
    const ComputedImages resumed =
        corpus.compute({{settings, network, finished.segments, journal.writer}}, {}, journaled, threads);
    EXPECT_EQ(resumed.sets[0].features, whole.sets[0].features);
    EXPECT_EQ(resumed.sets[0].candidates, whole.sets[0].candidates);
    EXPECT_EQ(resumed.quarantine, whole.quarantine);
    EXPECT_EQ(resumed.reused, 5);
    EXPECT_EQ(resumed.computed, 4);
  }
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
      static_cast<void>(corpus.compute(failing, 2));
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
