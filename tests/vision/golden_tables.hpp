// What the tests of pixels share: golden files and tables, digests of images, the made-up picture.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/base/file.hpp"
#include "shoal/data/image.hpp"

namespace shoal {

inline std::filesystem::path vision_test_file(const std::string& name) {
  return std::filesystem::path(SHOAL_TEST_DIR) / name;
}

inline std::vector<std::byte> golden_file(const std::string& name) {
  return read_file(vision_test_file("golden") / name);
}

inline std::string digest_of(const RgbImage& image) {
  return to_hex(sha256(std::as_bytes(std::span(image.pixels))));
}

/// Rows of a table, each read with operator>>. An empty table is no evidence: callers assert that there are
/// rows.
template <class Row>
std::vector<Row> golden_table(const std::string& name) {
  std::ifstream file(vision_test_file(name));
  std::vector<Row> rows;
  for (Row row; file >> row;) rows.push_back(row);
  return rows;
}

/// A row of golden/images.txt and upright.txt.
struct DecodedFile {
  std::string digest;  ///< or "refused"
  int width = 0;
  int height = 0;
  std::string name;
  friend std::istream& operator>>(std::istream& in, DecodedFile& row) {
    return in >> row.digest >> row.width >> row.height >> row.name;
  }
};

/// Ramps, edges and texture, differing by channel; the same as made_image() in tools/golden/make_resizes.py.
inline RgbImage made_image(int width, int height) {
  RgbImage image(width, height);
  std::size_t at = 0;
  for (std::uint32_t y = 0; y < static_cast<std::uint32_t>(height); ++y) {
    for (std::uint32_t x = 0; x < static_cast<std::uint32_t>(width); ++x) {
      for (std::uint32_t c = 0; c < 3; ++c) {
        const std::uint32_t value =
            x * (29 + 2 * c) + y * (31 + c) + x * y / 3 + (x * x + y * y * y) / 64 + 80 * c;
        const bool edge = (x / 11 + y / 7) % 3 == c;
        image.pixels[at++] = static_cast<std::uint8_t>(edge ? 255 : value);
      }
    }
  }
  return image;
}

}  // namespace shoal
