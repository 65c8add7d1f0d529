// Files that lie, stop short or are damaged: an error with a sentence, and never a crash, a hang or a bloat.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "golden_tables.hpp"
#include "shoal/base/random.hpp"
#include "shoal/vision/decode.hpp"
#include "shoal/vision/encode.hpp"

namespace shoal {
namespace {

using Bytes = std::vector<std::byte>;

/// True where the bytes decode, false where they are refused with a sentence; anything else fails the test.
bool decodes(const Bytes& bytes) {
  try {
    const RgbImage image = decode_image(bytes);
    EXPECT_EQ(image.pixels.size(),
              static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height) * 3);
    return true;
  } catch (const ImageError& error) {
    EXPECT_GT(std::strlen(error.what()), 20U);
    return false;
  }
}

std::string sentence_for(const Bytes& bytes) {
  try {
    decode_image(bytes);
  } catch (const ImageError& error) {
    return error.what();
  }
  return "no error";
}

/// Where a marker or chunk name begins.
std::size_t position_of(const Bytes& bytes, std::string_view name) {
  const auto wanted = std::as_bytes(std::span(name));
  const auto found = std::search(bytes.begin(), bytes.end(), wanted.begin(), wanted.end());
  EXPECT_NE(found, bytes.end());
  return static_cast<std::size_t>(found - bytes.begin());
}

void put_big_endian(Bytes& bytes, std::size_t at, std::uint32_t value, int count) {
  for (int i = count - 1; i >= 0; --i, value >>= 8)
    bytes[at + static_cast<std::size_t>(i)] = std::byte(value & 255);
}

/// A JPEG whose frame header claims another size.
Bytes jpeg_claiming(const std::string& name, std::string_view frame_marker, std::uint32_t width,
                    std::uint32_t height) {
  Bytes bytes = golden_file(name);
  const std::size_t frame = position_of(bytes, frame_marker);
  put_big_endian(bytes, frame + 5, height, 2);
  put_big_endian(bytes, frame + 7, width, 2);
  return bytes;
}

/// CRC-32 as PNG chunks carry it, bit by bit.
std::uint32_t png_crc(std::span<const std::byte> bytes) {
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const std::byte byte : bytes) {
    crc ^= std::to_integer<std::uint32_t>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xEDB88320U : 0U);
  }
  return ~crc;
}

/// A PNG whose header claims another size, with the header's checksum made right.
Bytes png_claiming(const std::string& name, std::uint32_t width, std::uint32_t height) {
  Bytes bytes = golden_file(name);
  put_big_endian(bytes, 16, width, 4);
  put_big_endian(bytes, 20, height, 4);
  put_big_endian(bytes, 29, png_crc(std::span(bytes).subspan(12, 17)), 4);
  return bytes;
}

/// A WebP in the extended form whose canvas claims another size.
Bytes webp_claiming(const std::string& name, std::uint32_t width, std::uint32_t height) {
  Bytes bytes = golden_file(name);
  const std::size_t canvas = position_of(bytes, "VP8X") + 12;
  for (std::size_t i = 0; i < 3; ++i) {
    bytes[canvas + i] = std::byte((width - 1) >> 8 * i & 255);
    bytes[canvas + 3 + i] = std::byte((height - 1) >> 8 * i & 255);
  }
  return bytes;
}

long peak_memory_kib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

TEST(HostileImages, ACutAtEveryPercentIsRefused) {
  for (const char* name :
       {"baseline-420.jpg", "progressive.jpg", "cmyk.jpg", "rgb8.png", "palette4-interlaced.png",
        "lossy.webp", "lossy-alpha.webp", "lossless.webp", "moving.webp"}) {
    const Bytes whole = golden_file(name);
    ASSERT_TRUE(decodes(whole));
    for (std::size_t percent = 0; percent < 99; ++percent) {
      const auto kept = static_cast<std::ptrdiff_t>(whole.size() * percent / 100);
      // A PNG's last 12 bytes are its end chunk, which no pixel needs.
      if (kept >= static_cast<std::ptrdiff_t>(whole.size()) - 12) continue;
      EXPECT_FALSE(decodes(Bytes(whole.begin(), whole.begin() + kept)))
          << name << " cut at " << percent << " %";
    }
  }
}

TEST(HostileImages, ACutOfALargePhotoIsRefusedToo) {
  const Bytes whole = encode_jpeg(made_image(640, 480), 90);
  for (std::size_t percent = 1; percent < 100; percent += 7) {
    const auto kept = static_cast<std::ptrdiff_t>(whole.size() * percent / 100);
    EXPECT_FALSE(decodes(Bytes(whole.begin(), whole.begin() + kept))) << percent << " %";
  }
}

TEST(HostileImages, DamageNeverCrashes) {
  const RandomStream damage(7, "hostile images");
  int refused = 0;
  for (const char* name :
       {"baseline-420.jpg", "progressive.jpg", "arithmetic.jpg", "ycck.jpg", "restarts.jpg",
        "rgb16-interlaced.png", "palette2.png", "palette-alpha.png", "rgb-notes.png", "lossy-alpha.webp",
        "lossless-alpha.webp", "lossless-two-colours.webp", "moving-small-frame.webp"}) {
    const Bytes whole = golden_file(name);
    for (std::uint64_t round = 0; round < 200; ++round) {
      Bytes bytes = whole;
      for (std::uint64_t i = 0; i < 1 + round % 5; ++i) {
        bytes[damage.below(bytes.size(), round, 2 * i)] = std::byte(damage.below(256, round, 2 * i + 1));
      }
      refused += decodes(bytes) ? 0 : 1;
    }
  }
  EXPECT_GT(refused, 100);
}

TEST(HostileImages, AHugeClaimIsRefusedByItsHeader) {
  const auto before = peak_memory_kib();
  for (const Bytes& bytes :
       {jpeg_claiming("baseline-420.jpg", "\xFF\xC0", 30000, 30000),
        jpeg_claiming("progressive.jpg", "\xFF\xC2", 30000, 30000), png_claiming("rgb8.png", 30000, 30000),
        png_claiming("grey1.png", 2000000, 3), webp_claiming("moving.webp", 30000, 30000)}) {
    const std::string sentence = sentence_for(bytes);
    EXPECT_NE(sentence.find("no more than 89478485 are read"), std::string::npos) << sentence;
  }
  EXPECT_LT(peak_memory_kib() - before, 50'000);
}

TEST(HostileImages, AClaimWithinTheLimitTakesNoMemoryThatItsBytesDoNotFill) {
  const auto before = peak_memory_kib();
  EXPECT_FALSE(decodes(jpeg_claiming("baseline-420.jpg", "\xFF\xC0", 9000, 9000)));
  EXPECT_FALSE(decodes(jpeg_claiming("progressive.jpg", "\xFF\xC2", 9000, 9000)));
  EXPECT_FALSE(decodes(png_claiming("rgb8.png", 9000, 9000)));
  EXPECT_FALSE(decodes(png_claiming("rgb8-interlaced.png", 9000, 9000)));
  EXPECT_LT(peak_memory_kib() - before, 50'000);
}

TEST(HostileImages, NoPixelsIsRefused) {
  EXPECT_FALSE(decodes(jpeg_claiming("baseline-420.jpg", "\xFF\xC0", 0, 29)));
  EXPECT_FALSE(decodes(jpeg_claiming("baseline-420.jpg", "\xFF\xC0", 37, 0)));
  EXPECT_FALSE(decodes(png_claiming("rgb8.png", 0, 29)));
}

/// The progressive golden file with its first scan `times` times: libjpeg only warns of the repetition.
Bytes with_repeated_scan(int times) {
  const Bytes whole = golden_file("progressive.jpg");
  const auto scan = whole.begin() + static_cast<std::ptrdiff_t>(position_of(whole, "\xFF\xDA"));
  const auto ends = [](std::byte a, std::byte b) { return a == std::byte{0xFF} && b != std::byte{0x00}; };
  const auto next = std::adjacent_find(scan + 2, whole.end(), ends);
  Bytes bytes(whole.begin(), scan);
  for (int i = 0; i < times; ++i) bytes.insert(bytes.end(), scan, next);
  bytes.insert(bytes.end(), next, whole.end());
  return bytes;
}

TEST(HostileImages, MoreThanAHundredScansAreRefused) {
  ASSERT_TRUE(decodes(with_repeated_scan(1)));
  EXPECT_TRUE(decodes(with_repeated_scan(90)));
  EXPECT_NE(sentence_for(with_repeated_scan(101)).find("more than 100 scans"), std::string::npos);
}

/// Comments of `length` bytes in all behind the first marker.
Bytes with_comments(Bytes jpeg, std::size_t length) {
  Bytes comment(4 + 65'000);
  comment[0] = std::byte{0xFF};
  comment[1] = std::byte{0xFE};
  put_big_endian(comment, 2, 65'002, 2);
  for (std::size_t added = 0; added < length; added += comment.size())
    jpeg.insert(jpeg.begin() + 2, comment.begin(), comment.end());
  return jpeg;
}

TEST(HostileImages, TheLargerAPictureTheFewerScansItMayHave) {
  for (const auto& [times, limit] : {std::pair(60, "more than 43 scans"), std::pair(30, "no error")}) {
    Bytes bytes = with_repeated_scan(times);
    const std::size_t frame = position_of(bytes, "\xFF\xC2");
    put_big_endian(bytes, frame + 5, 7000, 2);
    put_big_endian(bytes, frame + 7, 7000, 2);
    // Long enough not to be refused for its length.
    EXPECT_NE(sentence_for(with_comments(bytes, 200'000)).find(limit), std::string::npos);
  }
}

TEST(HostileImages, ManyScansOfALargeClaimEndSoon) {
  // 1,000 scans of 1,000 x 1,000 pixels: each is a walk over mostly empty blocks.
  Bytes bytes = with_repeated_scan(1000);
  const std::size_t frame = position_of(bytes, "\xFF\xC2");
  put_big_endian(bytes, frame + 5, 1000, 2);
  put_big_endian(bytes, frame + 7, 1000, 2);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_NE(sentence_for(bytes).find("more than 100 scans"), std::string::npos);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

/// A chunk with its checksum, put before the image data of rgb8.png.
Bytes png_with_chunk(std::string_view kind, std::size_t length) {
  Bytes bytes = golden_file("rgb8.png");
  Bytes chunk(12 + length, std::byte{'a'});
  put_big_endian(chunk, 0, static_cast<std::uint32_t>(length), 4);
  std::ranges::copy(std::as_bytes(std::span(kind)), chunk.begin() + 4);
  put_big_endian(chunk, 8 + length, png_crc(std::span(chunk).subspan(4, 4 + length)), 4);
  const auto image_data = bytes.begin() + static_cast<std::ptrdiff_t>(position_of(bytes, "IDAT")) - 4;
  bytes.insert(image_data, chunk.begin(), chunk.end());
  return bytes;
}

TEST(HostileImages, TheNameOfAPngsChunkStandsInQuotesAsWhatInputsHoldDoes) {
  const std::string sentence = sentence_for(png_with_chunk("ANNA", 4));
  EXPECT_NE(sentence.find("'ANNA': "), std::string::npos) << sentence;
}

TEST(HostileImages, NotesInAPngAreSkippedWhateverTheirSize) {
  const std::string expected = digest_of(decode_image(golden_file("rgb8.png")));
  for (const std::string_view kind : {"tEXt", "zTXt", "iTXt", "iCCP", "eXIf", "sPLT", "prVt"}) {
    const Bytes bytes = png_with_chunk(kind, 20'000'000);
    const auto before = peak_memory_kib();
    EXPECT_EQ(digest_of(decode_image(bytes)), expected) << kind;
    EXPECT_LT(peak_memory_kib() - before, 10'000) << kind;
  }
}

TEST(HostileImages, AFileOfZerosOrOfMarkersIsRefused) {
  EXPECT_FALSE(decodes(Bytes(100'000)));
  EXPECT_FALSE(decodes(Bytes(100'000, std::byte{0xFF})));
  Bytes starts(3, std::byte{0xFF});
  starts[1] = std::byte{0xD8};
  EXPECT_FALSE(decodes(starts));
  starts.resize(100'000);
  EXPECT_FALSE(decodes(starts));
}

}  // namespace
}  // namespace shoal
