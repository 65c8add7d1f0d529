// Sleeping stands in place of the steps, so that what is slow is known beforehand.
#include "pipeline/images/times.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <thread>

#include "pipeline/images/decoding.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

using std::chrono::milliseconds;

/// Of a step: for each image, and for each tile where the step is of tiles.
struct Delays {
  milliseconds handing_out{0};
  milliseconds reading{0};
  milliseconds decoding{0};
  milliseconds computing{0};
  milliseconds journal{0};
};

/// The times of a pipeline of two decoding threads and one computing thread over ten tiles.
ImageTimes times_of(const Delays& delays) {
  constexpr int kDecoders = 2;
  ImageStopwatch watch;
  std::int64_t left = 10;
  const auto source = [&]() -> std::optional<OrderedTile> {
    if (left == 0) return std::nullopt;
    std::this_thread::sleep_for(delays.handing_out);
    OrderedTile tile;
    tile.order.wanted.push_back({0, 10 - left});
    for (std::int64_t i = 0; i < kCpuTileImages; ++i) {
      tile.order.candidates.emplace_back().number = (10 - left) * kCpuTileImages + i;
    }
    --left;
    return tile;
  };
  const auto decode = [&](const ImageCandidate&, std::span<const std::span<std::uint8_t>>) -> DecodedImage {
    watch.time(ImageStep::reading, 1, [&] { std::this_thread::sleep_for(delays.reading); });
    watch.time(ImageStep::decoding, 1, [&] { std::this_thread::sleep_for(delays.decoding); });
    watch.time(ImageStep::preprocessing, 1, [] {});
    return ImageRow{};
  };
  TileDecoding decoding(source, decode, {{{kCpuTileImages, 1}}}, tiles_ahead(1), watch);
  {
    std::vector<std::jthread> decoders;
    for (int i = 0; i < kDecoders; ++i) decoders.emplace_back([&] { decoding.decode_all(); });
    while (const auto tile = decoding.next()) {
      const std::int64_t rows = std::ssize(tile->images);
      watch.time(ImageStep::computing, rows, [&] { std::this_thread::sleep_for(delays.computing); });
      watch.time(ImageStep::journal, rows, [&] { std::this_thread::sleep_for(delays.journal); });
    }
  }
  return watch.times(kDecoders, 1);
}

TEST(ImageTimes, ASlowReaderMakesReadingTheLimit) {
  const ImageTimes times = times_of({.reading = milliseconds(4), .computing = milliseconds(2)});
  EXPECT_EQ(limit_of(times), "reading");
  EXPECT_GT(busy_shares(times).decoders, 0.7);
  // The network waited for tiles, and hardly anybody for room.
  EXPECT_GT(times.of(ImageWait::tiles), 0.5 * times.seconds);
  EXPECT_LT(times.of(ImageWait::room), 0.3 * times.seconds);
}

TEST(ImageTimes, ASlowDecoderMakesDecodingTheLimit) {
  EXPECT_EQ(limit_of(times_of({.reading = milliseconds(1), .decoding = milliseconds(4)})), "decoding");
}

TEST(ImageTimes, ASlowNetworkMakesComputingTheLimit) {
  const ImageTimes times = times_of({.reading = milliseconds(1), .computing = milliseconds(30)});
  EXPECT_EQ(limit_of(times), "computing");
  EXPECT_GT(busy_shares(times).computers, 0.7);
  // Both decoding threads waited for room.
  EXPECT_GT(times.of(ImageWait::room), times.seconds);
  EXPECT_LT(times.of(ImageWait::tiles), 0.3 * times.seconds);
}

TEST(ImageTimes, ASlowDiskMakesTheJournalTheLimit) {
  EXPECT_EQ(limit_of(times_of({.computing = milliseconds(2), .journal = milliseconds(20)})), "journal");
}

TEST(ImageTimes, TilesThatComeLateMakeHandingOutTheLimit) {
  const ImageTimes times = times_of({.handing_out = milliseconds(20), .computing = milliseconds(2)});
  EXPECT_EQ(limit_of(times), "handing out");
  // The thread that asked for a tile, and the one that had nothing to do meanwhile.
  EXPECT_GT(times.of(ImageWait::handing_out), 1.4 * times.seconds);
}

TEST(ImageTimes, CountWhatCameOutOfAStepAndTheTimeOfWhatDidNot) {
  ImageStopwatch watch;
  EXPECT_EQ(watch.time(ImageStep::reading, 1, [] { return 7; }), 7);
  const auto fail = [] {
    std::this_thread::sleep_for(milliseconds(5));
    throw std::runtime_error("no");
  };
  EXPECT_THROW(watch.time(ImageStep::decoding, 1, fail), std::runtime_error);
  const ImageTimes times = watch.times(1, 1);
  EXPECT_EQ(times.of(ImageStep::reading).images, 1);
  EXPECT_EQ(times.of(ImageStep::decoding).images, 0);
  EXPECT_GE(times.of(ImageStep::decoding).seconds, 0.005);
}

/// A rank that computed so many images in so many seconds, with two threads to decode.
ImageTimes rank_with(std::int64_t images, double seconds) {
  ImageTimes times;
  times.seconds = seconds;
  times.decoders = {2, 2 * seconds};
  times.computers = {1, seconds};
  for (StepTime& step : times.steps) step.images = images;
  times.steps[static_cast<std::size_t>(ImageStep::decoding)].seconds = 0.1 * seconds;
  times.steps[static_cast<std::size_t>(ImageStep::computing)].seconds = 0.9 * seconds;
  return times;
}

TEST(ImageTimes, OfRanksAddUpButForTheTimeOnTheClock) {
  const ImageTimes all = sum_of({rank_with(30, 10.0), rank_with(10, 8.0)});
  EXPECT_EQ(all.images(), 40);
  EXPECT_EQ(all.seconds, 10.0);
  EXPECT_EQ(all.decoders.threads, 4);
  EXPECT_DOUBLE_EQ(all.computers.seconds, 18.0);
  EXPECT_DOUBLE_EQ(busy_shares(all).computers, 0.9);
  EXPECT_DOUBLE_EQ(all.images_per_second(), 4.0);
}

TEST(ImageTimes, TellAPersonTheLimitAndWhatTheRestCouldDo) {
  const std::string sentence = sentence_about(rank_with(450, 100.0));
  EXPECT_EQ(sentence,
            "images: 450 in 100.0 s, 4.5 a second; computing is the limit (reading and decoding could do 90, "
            "computing 5)");
}

TEST(ImageTimes, WithoutAnImageThereIsNoLimitAndNothingToSay) {
  EXPECT_EQ(limit_of(ImageTimes{}), "none");
  EXPECT_EQ(sentence_about(ImageTimes{}), "");
  EXPECT_EQ(busy_shares(ImageTimes{}).decoders, 0.0);
}

}  // namespace
}  // namespace shoal
