// What a file is, by its first bytes.
#include <gtest/gtest.h>

#include <string_view>

#include "shoal/vision/decode.hpp"

namespace shoal {
namespace {

using namespace std::string_view_literals;

ImageFormat sniff(std::string_view text) { return sniff_image(std::as_bytes(std::span(text))); }

TEST(Sniff, KnowsEachFormatByItsFirstBytes) {
  EXPECT_EQ(sniff("\xFF\xD8\xFF\xE0\0\x10JFIF"sv), ImageFormat::jpeg);
  EXPECT_EQ(sniff("\x89PNG\r\n\x1A\n\0\0\0\rIHDR"sv), ImageFormat::png);
  EXPECT_EQ(sniff("GIF89a\1\0\1\0\0\0\0"sv), ImageFormat::gif);
  EXPECT_EQ(sniff("RIFF\x24\0\0\0WEBPVP8 "sv), ImageFormat::webp);
  EXPECT_EQ(sniff("BM\x36\0\0\0\0\0\0\0\x36\0\0\0"sv), ImageFormat::bmp);
  EXPECT_EQ(sniff("II*\0\x08\0\0\0"sv), ImageFormat::tiff);
  EXPECT_EQ(sniff("MM\0*\0\0\0\x08"sv), ImageFormat::tiff);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypheic\0\0\0\0"sv),
            ImageFormat::heic);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypavif\0\0\0\0"sv),
            ImageFormat::avif);
}

TEST(Sniff, TakesNoTextVideoOrSoundForAnImage) {
  EXPECT_EQ(sniff(""sv), ImageFormat::unknown);
  EXPECT_EQ(sniff("\xFF"sv), ImageFormat::unknown);
  EXPECT_EQ(sniff("<html><body>404 Not Found"sv), ImageFormat::unknown);
  EXPECT_EQ(sniff("BMW is not a bitmap"sv), ImageFormat::unknown);
  EXPECT_EQ(sniff("RIFF\x24\0\0\0WAVEfmt "sv), ImageFormat::unknown);
  EXPECT_EQ(sniff("\0\0\0\x18"
                  "ftypisom\0\0\0\0"sv),
            ImageFormat::unknown);
}

TEST(Sniff, NeedsNoMoreThanTheBytesItAsksFor) {
  const auto webp = "RIFF\x24\0\0\0WEBPVP8 more and more"sv;
  EXPECT_EQ(sniff(webp.substr(0, kSniffBytes)), sniff(webp));
  EXPECT_EQ(sniff("\xFF\xD8\xFF"sv), ImageFormat::jpeg);
}

}  // namespace
}  // namespace shoal
