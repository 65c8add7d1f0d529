// What the settings of a job make of an image file.
#include "pipeline/images/pixels.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "shoal/base/file.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/orientation.hpp"

namespace shoal {
namespace {

std::vector<std::byte> golden_file(const std::string& name) {
  return read_file(std::filesystem::path(SHOAL_SOURCE_DIR) / "tests/vision/golden" / name);
}

TEST(ImagePixels, AreTurnedUprightOnlyWhereTheJobWantsIt) {
  ImageSettings settings;
  const auto file = golden_file("orientation-6.jpg");
  EXPECT_EQ(decode_for(settings, file).pixels, decode_image(file).pixels);
  settings.exif_orientation = true;
  EXPECT_EQ(decode_for(settings, file).pixels, turn_upright(decode_image(file), 6).pixels);
}

TEST(ImagePixels, BecomeASquareInTheJobsWay) {
  ImageSettings settings;
  settings.resize = 40;
  const RgbImage image = decode_image(golden_file("baseline-444.jpg"));
  for (const auto way : {Preprocessing::torchvision, Preprocessing::keras, Preprocessing::keras_bilinear}) {
    settings.preprocessing = way;
    EXPECT_EQ(square_for(settings, image).pixels, preprocess(image, 40, way).pixels);
  }
}

}  // namespace
}  // namespace shoal
