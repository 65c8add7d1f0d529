// Bytes become floats; nothing else.
#include "shoal/compute/raw_pixels.hpp"

#include <algorithm>

#include "shoal/base/check.hpp"

namespace shoal {
namespace {

class RawPixels final : public Network {
 public:
  RawPixels(std::int64_t side, std::int64_t tile_images, int workers)
      : features_(side * side * 3), tile_(tile_images), workers_(workers) {}

  [[nodiscard]] std::int64_t tile_images() const override { return tile_; }
  [[nodiscard]] std::int64_t features() const override { return features_; }
  [[nodiscard]] int workers() const override { return workers_; }
  void forward(std::span<const std::uint8_t> pixels, std::span<float> features, int) override {
    SHOAL_EXPECT(std::ssize(pixels) == tile_ * features_ && pixels.size() == features.size());
    std::transform(pixels.begin(), pixels.end(), features.begin(),
                   [](std::uint8_t value) { return static_cast<float>(value); });
  }

 private:
  std::int64_t features_;
  std::int64_t tile_;
  int workers_;
};

}  // namespace

std::unique_ptr<Network> make_raw_pixels(std::int64_t side, std::int64_t tile_images, int workers) {
  return std::make_unique<RawPixels>(side, tile_images, workers);
}

}  // namespace shoal
