// Writing JPEGs, and thumbnails.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "golden_tables.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/encode.hpp"

namespace shoal {
namespace {

/// A soft ramp, which JPEG keeps well.
RgbImage ramp(int width, int height) {
  RgbImage image(width, height);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    const std::size_t pixel = i / 3;
    const auto across = pixel % static_cast<std::size_t>(width);
    const auto down = pixel / static_cast<std::size_t>(width);
    image.pixels[i] =
        static_cast<std::uint8_t>((across + down) * 200 / static_cast<std::size_t>(width + height));
  }
  return image;
}

double mean_difference(const RgbImage& a, const RgbImage& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(int{a.pixels[i]} - int{b.pixels[i]});
  return sum / static_cast<double>(a.pixels.size());
}

TEST(EncodeJpeg, ItsBytesDecodeToNearlyTheSamePixels) {
  for (const auto& [width, height] : {std::pair{64, 48}, {37, 29}, {1, 1}, {1, 200}, {200, 3}}) {
    const RgbImage image = ramp(width, height);
    const RgbImage again = decode_image(encode_jpeg(image, 90));
    ASSERT_EQ(again.width, width);
    ASSERT_EQ(again.height, height);
    EXPECT_LT(mean_difference(image, again), 2.5) << width << " x " << height;
  }
}

/// The same bytes on every processor: of one made picture, as the first run of this test gave them.
TEST(EncodeJpeg, GivesTheBytesItAlwaysGave) {
  const auto bytes = encode_jpeg(made_image(101, 67), 75);
  EXPECT_EQ(to_hex(sha256(bytes)), "c3639871885aa2a5ac59a7a840ba31ee7612123783bb649ea936d2fcfa7c4a2c");
}

TEST(EncodeJpeg, QualityIsPaidForInBytes) {
  const RgbImage image = made_image(128, 96);
  EXPECT_LT(encode_jpeg(image, 30).size(), encode_jpeg(image, 75).size());
  EXPECT_LT(encode_jpeg(image, 75).size(), encode_jpeg(image, 100).size());
}

TEST(EncodeJpeg, NoiseAtTheHighestQualityFits) {
  RgbImage noise(123, 77);
  std::uint32_t state = 1;
  for (auto& sample : noise.pixels)
    sample = static_cast<std::uint8_t>((state = state * 1664525 + 1013904223) >> 24);
  EXPECT_EQ(decode_image(encode_jpeg(noise, 100)).width, 123);
}

TEST(EncodeJpeg, RefusesWhatIsNoImage) {
  EXPECT_THROW(encode_jpeg(RgbImage(), 75), FailureError);
  RgbImage short_of_pixels(8, 8);
  short_of_pixels.pixels.pop_back();
  EXPECT_THROW(encode_jpeg(short_of_pixels, 75), FailureError);
  EXPECT_THROW(encode_jpeg(RgbImage(65501, 1), 75), FailureError);
}

TEST(Thumbnail, FitsIntoItsSquareAndKeepsItsShape) {
  const auto size_of = [](int width, int height) {
    const RgbImage small = make_thumbnail(RgbImage(width, height), 128);
    EXPECT_EQ(small.pixels.size(), static_cast<std::size_t>(small.width * small.height * 3));
    return std::pair{small.width, small.height};
  };
  EXPECT_EQ(size_of(1080, 1080), std::pair(128, 128));
  EXPECT_EQ(size_of(1080, 1350), std::pair(102, 128));
  EXPECT_EQ(size_of(1350, 1080), std::pair(128, 102));
  EXPECT_EQ(size_of(1000, 1337), std::pair(96, 128));  // 95.7
  EXPECT_EQ(size_of(129, 1), std::pair(128, 1));
  EXPECT_EQ(size_of(10'000, 1), std::pair(128, 1));
}

TEST(Thumbnail, NeverEnlarges) {
  for (const auto& [width, height] : {std::pair{100, 128}, {50, 60}, {1, 1}}) {
    const RgbImage image = made_image(width, height);
    const RgbImage same = make_thumbnail(image, 128);
    EXPECT_EQ(same.width, width);
    EXPECT_EQ(same.pixels, image.pixels);
  }
}

}  // namespace
}  // namespace shoal
