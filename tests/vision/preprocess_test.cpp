// Preprocessing against torchvision: made pictures of awkward shapes, and 400 real photos from file to
// square.
#include <gtest/gtest.h>

#include <filesystem>
#include <istream>

#include "golden_tables.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/preprocess.hpp"
#include "shoal/vision/resize.hpp"
#include "support/real_data.hpp"

namespace shoal {
namespace {

struct Square {
  std::string digest;
  int width = 0;
  int height = 0;
  int side = 0;
  friend std::istream& operator>>(std::istream& in, Square& row) {
    return in >> row.digest >> row.width >> row.height >> row.side;
  }
};

/// What becomes of 97 columns.
struct NearestSize {
  std::string digest;  ///< its first 16 digits
  int width = 0;
  friend std::istream& operator>>(std::istream& in, NearestSize& row) {
    return in >> row.digest >> row.width;
  }
};

struct Photo {
  std::string digest;
  std::string name;
  friend std::istream& operator>>(std::istream& in, Photo& row) { return in >> row.digest >> row.name; }
};

TEST(Preprocess, GivesTorchvisionsBytesOnAwkwardShapes) {
  const auto table = golden_table<Square>("preprocess.txt");
  ASSERT_EQ(table.size(), 21U);
  for (const Square& expected : table) {
    const RgbImage square =
        preprocess(made_image(expected.width, expected.height), expected.side, Preprocessing::torchvision);
    EXPECT_EQ(digest_of(square), expected.digest)
        << expected.width << " x " << expected.height << " to " << expected.side;
  }
}

TEST(Preprocess, AnImageAsThinAsATapeGivesASquareToo) {
  const RgbImage square = preprocess(made_image(1, 50'000), 224, Preprocessing::torchvision);
  EXPECT_EQ(square.width, 224);
  EXPECT_EQ(square.height, 224);
}

struct NamedSquare {
  std::string way;
  Square square;
  friend std::istream& operator>>(std::istream& in, NamedSquare& row) { return in >> row.way >> row.square; }
};

TEST(Preprocess, GivesTheBytesOfKerasOnAwkwardShapes) {
  const auto table = golden_table<NamedSquare>("preprocess_keras.txt");
  ASSERT_EQ(table.size(), 42U);
  for (const auto& [way, expected] : table) {
    const RgbImage square = preprocess(made_image(expected.width, expected.height), expected.side,
                                       way == "keras" ? Preprocessing::keras : Preprocessing::keras_bilinear);
    EXPECT_EQ(digest_of(square), expected.digest)
        << way << ": " << expected.width << " x " << expected.height << " to " << expected.side;
  }
}

TEST(Resize, TakesPillowsNearestPixelsInEverySize) {
  const RgbImage image = made_image(97, 3);
  const auto table = golden_table<NearestSize>("resize_nearest.txt");
  ASSERT_EQ(table.size(), 300U);
  for (const NearestSize& expected : table)
    EXPECT_EQ(digest_of(resize_nearest(image, expected.width, 3)).substr(0, 16), expected.digest)
        << expected.width;
}

using PreprocessedPhotos = testing::WithRealData;

/// The judge: from the photo's file to the network's pixels, equal to Pillow and torchvision for every photo.
TEST_F(PreprocessedPhotos, HavePillowsAndTorchvisionsBytes) {
  const auto table = golden_table<Photo>("photos-224.sha256");
  ASSERT_EQ(table.size(), 400U);
  for (const Photo& expected : table) {
    const auto file = read_file(photos() / expected.name);
    EXPECT_EQ(digest_of(preprocess(decode_image(file), 224, Preprocessing::torchvision)), expected.digest)
        << expected.name;
  }
}

}  // namespace
}  // namespace shoal
