// Several threads decode one stream of tiles. Gates stand in place of slow images, so that no test depends on
// how fast a machine is.
#include "pipeline/images/decoding.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <map>
#include <set>
#include <stdexcept>
#include <thread>

#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kImageBytes = 2;
using Squares = std::span<const std::span<std::uint8_t>>;

/// Tiles of candidates 0, 1, 2 ..., the last one shorter.
class Tiles {
 public:
  explicit Tiles(std::int64_t images) : images_(images) {}
  std::optional<OrderedTile> next() {
    if (next_ == images_) return std::nullopt;
    ++given;
    OrderedTile tile;
    tile.order.wanted.push_back({0, next_ / kCpuTileImages});
    do {
      tile.order.candidates.emplace_back().number = next_++;
    } while (next_ % kCpuTileImages != 0 && next_ < images_);
    return tile;
  }
  std::atomic<int> given{0};

 private:
  std::int64_t images_;
  std::int64_t next_ = 0;
};

ImageRow row_of(const ImageCandidate& candidate) {
  ImageRow row;
  row.candidate = candidate.number;
  return row;
}

/// Every seventh image cannot be read; the others' pixels are their numbers.
DecodedImage decode_most(const ImageCandidate& candidate, Squares squares) {
  if (candidate.number % 7 == 3) return QuarantineRow{QuarantineKind::image, "x", -1, "images", "damaged"};
  for (const auto& pixels : squares) std::ranges::fill(pixels, static_cast<std::uint8_t>(candidate.number));
  return row_of(candidate);
}

struct Fixture {
  Tiles tiles;
  ImageStopwatch watch;
  TileDecoding decoding;
  Fixture(std::int64_t images, DecodeImage decode, std::size_t room = 3)
      : tiles(images),
        decoding([this] { return tiles.next(); }, std::move(decode), {{{kCpuTileImages, kImageBytes}}}, room,
                 watch) {}
  std::vector<std::jthread> start(int threads) {
    std::vector<std::jthread> started;
    for (int i = 0; i < threads; ++i) started.emplace_back([this] { decoding.decode_all(); });
    return started;
  }
};

/// Waits for what another thread will do; false after ten seconds.
bool comes_true(const std::function<bool()>& condition) {
  for (int i = 0; i < 10000 && !condition(); ++i) std::this_thread::sleep_for(milliseconds(1));
  return condition();
}

TEST(TileDecoding, EveryImageIsDecodedOnceIntoItsPlaceOnAnyNumberOfThreads) {
  constexpr std::int64_t kImages = 8 * kCpuTileImages + 3;
  for (const int threads : {1, 2, 5, 16}) {
    Fixture fixture(kImages, decode_most);
    const auto running = fixture.start(threads);
    std::set<std::int64_t> seen;
    while (const auto tile = fixture.decoding.next()) {
      ASSERT_EQ(tile->images.size(), tile->order.candidates.size());
      for (std::size_t i = 0; i < tile->images.size(); ++i) {
        const std::int64_t number = tile->order.candidates[i].number;
        EXPECT_TRUE(seen.insert(number).second);
        const bool readable = number % 7 != 3;
        const auto expected = readable ? static_cast<std::uint8_t>(number) : std::uint8_t{0};
        const auto place = static_cast<std::size_t>(number % kCpuTileImages);
        EXPECT_EQ(tile->pixels[0][place * kImageBytes + 1], expected);
        ASSERT_EQ(std::holds_alternative<ImageRow>(tile->images[i]), readable);
        if (readable) EXPECT_EQ(std::get<ImageRow>(tile->images[i]).candidate, number);
      }
    }
    EXPECT_EQ(std::ssize(seen), kImages) << threads << " threads";
  }
}

TEST(TileDecoding, ASlowImageHoldsUpItsOwnTileAlone) {
  std::promise<void> release;
  const auto gate = release.get_future().share();
  Fixture fixture(6 * kCpuTileImages, [&](const ImageCandidate& candidate, Squares pixels) {
    if (candidate.number == 1) gate.wait();
    return decode_most(candidate, pixels);
  });
  const auto running = fixture.start(2);
  for (std::int64_t tile = 1; tile < 6; ++tile) {
    const auto decoded = fixture.decoding.next();
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->order.candidates.front().number, tile * kCpuTileImages);
  }
  release.set_value();
  const auto last = fixture.decoding.next();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->order.candidates.front().number, 0);
  EXPECT_FALSE(fixture.decoding.next());
}

TEST(TileDecoding, NoTileIsAskedForBeforeThereIsRoomForIt) {
  Fixture fixture(20 * kCpuTileImages, decode_most, 4);
  const auto running = fixture.start(5);
  EXPECT_TRUE(comes_true([&] { return fixture.tiles.given == 4; }));
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_EQ(fixture.tiles.given, 4);
  EXPECT_TRUE(fixture.decoding.next());
  EXPECT_TRUE(comes_true([&] { return fixture.tiles.given == 5; }));
  std::this_thread::sleep_for(milliseconds(30));
  EXPECT_EQ(fixture.tiles.given, 5);
  fixture.decoding.close();
}

TEST(TileDecoding, NobodyWaitsAfterAThreadHasFailed) {
  Fixture fixture(20 * kCpuTileImages, [&](const ImageCandidate& candidate, Squares pixels) {
    if (candidate.number == 17) throw std::runtime_error("no");
    return decode_most(candidate, pixels);
  });
  std::atomic<int> failed{0};
  std::vector<std::jthread> running;
  for (int i = 0; i < 4; ++i) {
    running.emplace_back([&] {
      try {
        fixture.decoding.decode_all();
      } catch (const std::runtime_error&) {
        ++failed;
        fixture.decoding.close();
      }
    });
  }
  while (fixture.decoding.next()) continue;
  running.clear();
  EXPECT_EQ(failed, 1);
}

TEST(TileDecoding, ASourceThatFailsEndsTheOthersToo) {
  ImageStopwatch watch;
  TileDecoding decoding([]() -> std::optional<OrderedTile> { throw std::runtime_error("no"); }, decode_most,
                        {{{kCpuTileImages, kImageBytes}}}, 3, watch);
  std::vector<std::jthread> running;
  for (int i = 0; i < 3; ++i) {
    running.emplace_back([&] {
      try {
        decoding.decode_all();
      } catch (const std::runtime_error&) {
        decoding.close();
      }
    });
  }
  EXPECT_FALSE(decoding.next());
}

}  // namespace
}  // namespace shoal
