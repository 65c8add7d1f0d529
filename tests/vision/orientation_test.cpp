// EXIF orientation against Pillow: every number and every place it may stand in, and blocks that lie.
#include "shoal/vision/orientation.hpp"

#include <gtest/gtest.h>

#include "golden_tables.hpp"
#include "shoal/base/random.hpp"
#include "shoal/vision/decode.hpp"

namespace shoal {
namespace {

TEST(Orientation, GivesPillowsBytesForEveryNumberAndPlace) {
  const auto table = golden_table<DecodedFile>("golden/upright.txt");
  ASSERT_EQ(table.size(), 36U);
  for (const DecodedFile& expected : table) {
    SCOPED_TRACE(expected.name);
    const auto file = golden_file(expected.name);
    const RgbImage image = turn_upright(decode_image(file), exif_orientation(file));
    EXPECT_EQ(image.width, expected.width);
    EXPECT_EQ(image.height, expected.height);
    EXPECT_EQ(digest_of(image), expected.digest);
  }
}

TEST(Orientation, IsUprightWhereNothingIsSaid) {
  for (const char* name : {"baseline-420.jpg", "rgb8.png", "lossy.webp", "with-notes.webp"})
    EXPECT_EQ(exif_orientation(golden_file(name)), 1) << name;
  EXPECT_EQ(exif_orientation({}), 1);
}

TEST(Orientation, IsANumberWhateverTheBlockHolds) {
  const RandomStream damage(7, "hostile EXIF");
  int other = 0;
  for (const char* name :
       {"orientation-6.jpg", "orientation-behind-damage.jpg", "orientation.png",
        "orientation-xmp-attribute.png", "orientation-raw-profile.png", "orientation.webp"}) {
    const auto whole = golden_file(name);
    const int before = exif_orientation(whole);
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const int cut = exif_orientation(std::span(whole).first(length));
      EXPECT_TRUE(cut == 1 || cut == before);
    }
    for (std::uint64_t round = 0; round < 5000; ++round) {
      auto bytes = whole;
      // EXIF stands near the beginning of a JPEG and a PNG, and at the end of a WebP.
      const std::size_t span = std::min<std::size_t>(bytes.size(), 120);
      const std::size_t from = round % 2 == 0 ? 0 : bytes.size() - span;
      for (std::uint64_t i = 0; i < 1 + round % 4; ++i)
        bytes[from + damage.below(span, round, 2 * i)] = std::byte(damage.below(256, round, 2 * i + 1));
      const int orientation = exif_orientation(bytes);
      EXPECT_TRUE(1 <= orientation && orientation <= 8);
      other += orientation == before ? 0 : 1;
    }
  }
  EXPECT_GT(other, 100);
}

}  // namespace
}  // namespace shoal
