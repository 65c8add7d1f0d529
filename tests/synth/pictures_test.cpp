// Drawn photos: the same pixels everywhere, and a colour of its own for each group.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/base/random.hpp"
#include "synth/scenes.hpp"
#include "synth/shapes.hpp"
#include "synth/vocabulary.hpp"

namespace shoal {
namespace {

using Mean = std::array<double, 3>;

Mean mean_color(const RgbImage& image) {
  Mean mean{};
  for (std::size_t i = 0; i < image.pixels.size(); ++i) mean[i % 3] += image.pixels[i];
  for (double& component : mean) component /= static_cast<double>(image.pixels.size()) / 3.0;
  return mean;
}

double distance(const Mean& a, const Mean& b) {
  return std::sqrt((a[0] - b[0]) * (a[0] - b[0]) + (a[1] - b[1]) * (a[1] - b[1]) +
                   (a[2] - b[2]) * (a[2] - b[2]));
}

RgbImage photo(int group, int number) {
  return draw_photo(group, 128, Dice(RandomStream(1, "test/photo"), number));
}

Mean group_color(int group) {
  constexpr int kPhotos = 12;
  Mean mean{};
  for (int number = 0; number < kPhotos; ++number) {
    const Mean one = mean_color(photo(group, number));
    for (std::size_t i = 0; i < 3; ++i) mean[i] += one[i] / kPhotos;
  }
  return mean;
}

TEST(DrawPhoto, GivesTheSamePixelsOnEveryMachine) {
  const std::array<std::string, kThemes> pinned = {"418b801d650949f3", "523f325efc4d40ed", "21b81a7dc5c779f5",
                                                   "03a0a9ac07bd0aed", "4074b4c0089a8281", "bd729bf1bf5f8da6",
                                                   "34fc71dbc65df7c5", "eda927df01ee093f"};
  for (int group = 0; group < kThemes; ++group) {
    const RgbImage image = photo(group, 5);
    const Digest digest = sha256(std::as_bytes(std::span(image.pixels)));
    EXPECT_EQ(to_hex(digest).substr(0, 16), pinned[static_cast<std::size_t>(group)]) << group_name(group);
  }
}

TEST(DrawPhoto, HasAMeanColourOfItsOwnForEachGroup) {
  std::vector<Mean> colors;
  for (int group = 0; group < 2 * kThemes; ++group) colors.push_back(group_color(group));
  for (std::size_t a = 0; a < colors.size(); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      EXPECT_GT(distance(colors[a], colors[b]), 8.0)
          << group_name(static_cast<int>(a)) << " and " << group_name(static_cast<int>(b));
    }
  }
}

TEST(DrawPhoto, VariesWithinAGroup) {
  for (int group = 0; group < kThemes; ++group) EXPECT_NE(photo(group, 1).pixels, photo(group, 2).pixels);
}

TEST(DrawPhoto, KeepsTheLongerSideAndDrawsAllThreeShapes) {
  bool landscape = false, square = false, portrait = false;
  for (int number = 0; number < 30; ++number) {
    const RgbImage image = photo(0, number);
    EXPECT_EQ(std::max(image.width, image.height), 128);
    landscape |= image.width > image.height;
    square |= image.width == image.height;
    portrait |= image.width < image.height;
  }
  EXPECT_TRUE(landscape && square && portrait);
}

TEST(Canvas, CoversHalfOfAPixelThatAnEdgeHalves) {
  Canvas canvas(10, 10);
  canvas.rectangle({0.0, 0.0}, {0.55, 1.0}, {200, 100, 50});
  const RgbImage image = canvas.image();
  const auto red = [&](std::size_t column) { return image.pixels[(5 * 10 + column) * 3]; };
  EXPECT_EQ(red(4), 200);
  EXPECT_EQ(red(5), 100);
  EXPECT_EQ(red(6), 0);
}

TEST(Canvas, DrawsADiscOfTheRightArea) {
  Canvas canvas(100, 100);
  canvas.disc({0.5, 0.5}, 0.3, {255, 255, 255});
  double area = 0;
  for (const std::uint8_t component : canvas.image().pixels) area += component / 255.0 / 3.0;
  EXPECT_NEAR(area, 3.14159265 * 30 * 30, 10.0);
}

TEST(Canvas, ClipsWhatLiesOutside) {
  Canvas canvas(20, 10);
  canvas.disc({-5.0, 3.0}, 0.5, {255, 255, 255});
  canvas.rectangle({5.0, -3.0}, {9.0, -2.0}, {255, 255, 255});
  canvas.glow({2.0, 1.0}, 0.3, {255, 255, 255}, 1.0);
  EXPECT_EQ(canvas.image().pixels.front(), 0);
  EXPECT_GT(canvas.image().pixels.back(), 100);
}

TEST(Wave, IsPeriodicBetweenMinusOneAndOne) {
  EXPECT_EQ(wave(0.0), 0.0);
  EXPECT_EQ(wave(0.25), 1.0);
  EXPECT_EQ(wave(0.75), -1.0);
  EXPECT_EQ(wave(3.25), wave(-0.75));
}

TEST(Direction, IsAUnitVectorThatTurns) {
  EXPECT_NEAR(direction(0.0).x, 1.0, 1e-12);
  EXPECT_NEAR(direction(0.25).y, 1.0, 1e-12);
  const Point p = direction(0.13);
  EXPECT_NEAR(p.x * p.x + p.y * p.y, 1.0, 1e-12);
}

}  // namespace
}  // namespace shoal
