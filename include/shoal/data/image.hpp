// Images as values: decoded pixels, and the reference by which a post names one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace shoal {

/// 8-bit RGB, row-major, height x width x 3.
struct RgbImage {
  int width = 0;
  int height = 0;
  std::vector<std::uint8_t> pixels;

  RgbImage() = default;
  RgbImage(int width_, int height_)
      : width(width_),
        height(height_),
        pixels(static_cast<std::size_t>(width_) * static_cast<std::size_t>(height_) * 3) {}
};

/// An encoded image is held in memory while it is decoded; larger files are refused.
inline constexpr std::uint64_t kLargestImageFile = std::uint64_t{512} << 20;

/// A file in one of the job's image sources (corpus/image_sources.hpp), which turns it into bytes.
struct ImageRef {
  std::string name;         ///< path below its folder or in its shard, as the post spells it
  int source = 0;           ///< index into the sources
  std::int64_t offset = 0;  ///< of its first byte in its shard
  std::int64_t bytes = 0;   ///< its length when it was found
};

}  // namespace shoal
