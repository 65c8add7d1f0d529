// Decoding against Pillow: every kind of JPEG, PNG and WebP gives Pillow's bytes, or is refused where Pillow
// refuses it.
#include <gtest/gtest.h>

#include "golden_tables.hpp"
#include "shoal/vision/decode.hpp"

namespace shoal {
namespace {

std::string sentence_for(std::span<const std::byte> bytes) {
  try {
    decode_image(bytes);
  } catch (const ImageError& error) {
    return error.what();
  }
  return "no error";
}

std::string sentence_for(std::string_view text) { return sentence_for(std::as_bytes(std::span(text))); }

TEST(Decode, GivesPillowsBytesOnEveryKindOfJpegPngAndWebp) {
  const auto table = golden_table<DecodedFile>("golden/images.txt");
  ASSERT_EQ(table.size(), 94U);
  for (const DecodedFile& expected : table) {
    SCOPED_TRACE(expected.name);
    if (expected.digest == "refused") {
      EXPECT_THROW(decode_image(golden_file(expected.name)), ImageError);
      continue;
    }
    const RgbImage image = decode_image(golden_file(expected.name));
    EXPECT_EQ(image.width, expected.width);
    EXPECT_EQ(image.height, expected.height);
    EXPECT_EQ(digest_of(image), expected.digest);
  }
}

TEST(Decode, GivesTheSameBytesAgain) {
  const auto file = golden_file("progressive.jpg");
  EXPECT_EQ(decode_image(file).pixels, decode_image(file).pixels);
}

TEST(Decode, NamesAFormatThatItDoesNotReadYet) {
  using namespace std::string_view_literals;
  EXPECT_EQ(sentence_for("GIF89a\1\0\1\0\0\0\0"sv), "GIF is not read yet; convert the image to JPEG or PNG");
  EXPECT_EQ(sentence_for("\0\0\0\x18"
                         "ftypheic\0\0\0\0"sv),
            "HEIC is not read yet; convert the image to JPEG or PNG");
}

TEST(Decode, SaysThatAFileIsEmptyOrNoImage) {
  EXPECT_NE(sentence_for("").find("empty"), std::string::npos);
  EXPECT_NE(sentence_for("<html>Not Found</html>").find("no image"), std::string::npos);
}

TEST(Decode, SaysThatAFileIsCutShort) {
  for (const char* name : {"baseline-420.jpg", "progressive.jpg", "rgb8.png", "rgb8-interlaced.png",
                           "lossy.webp", "lossless.webp", "moving.webp"}) {
    auto file = golden_file(name);
    file.resize(file.size() / 2);
    EXPECT_NE(sentence_for(file).find("cut short"), std::string::npos) << name << ": " << sentence_for(file);
  }
}

}  // namespace
}  // namespace shoal
