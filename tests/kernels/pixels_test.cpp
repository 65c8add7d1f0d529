// The layers around convolutions against their definitions: first layer, pools, planes.
#include <cmath>
#include <limits>

#include "average_pool.hpp"
#include "first_convolution.hpp"
#include "max_pool.hpp"
#include "on_device.hpp"

namespace shoal {
namespace {

/// The first layer's definition in double.
std::vector<double> first_layer(const std::vector<std::uint8_t>& pixels, const std::vector<float>& table,
                                const int (&channel)[3], const std::vector<float>& weights,
                                const std::vector<float>& bias, const ImageShape& shape) {
  std::vector<double> to;
  const std::int64_t side = shape.side;
  for (std::int64_t at = 0; at < shape.elements(); ++at) {
    const std::int64_t o = at % shape.channels;
    const std::int64_t pixel = at / shape.channels;
    double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]);
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int64_t row = pixel / side % side + tap / 3 - 1;
      const std::int64_t column = pixel % side + tap % 3 - 1;
      if (row < 0 || row >= side || column < 0 || column >= side) continue;
      const std::int64_t source = (pixel / side / side * side + row) * side + column;
      for (std::int64_t p = 0; p < 3; ++p) {
        const std::uint8_t x = pixels[static_cast<std::size_t>(source * 3 + channel[p])];
        sum += static_cast<double>(table[static_cast<std::size_t>(p * 256 + x)]) *
               static_cast<double>(weights[static_cast<std::size_t>((tap * 3 + p) * shape.channels + o)]);
      }
    }
    to.push_back(std::max(sum, 0.0));
  }
  return to;
}

template <class T>
void expect_first_layer(const ImageShape& shape, const int (&channel)[3], double tolerance) {
  const auto pixels = made_bytes(shape.pixels() * 3, 1);
  const auto table = made_floats(3 * 256, 2, 4.0);
  const auto weights = made_floats(27 * shape.channels, 3);
  const auto bias = made_floats(shape.channels, 4);
  const auto expected = first_layer(pixels, table, channel, weights, bias, shape);
  under_seeds([&] {
    const auto device_pixels = on_device(pixels);
    const auto device_table = on_device(table);
    const auto device_weights = on_device(weights);
    const auto device_bias = on_device(bias);
    const PixelTable pixel_table{device_table.data(), {channel[0], channel[1], channel[2]}};
    DeviceBuffer<T> fast(shape.elements(), "a test");
    DeviceBuffer<T> naive(shape.elements(), "a test");
    Stream stream;
    first_convolution(device_pixels.data(), pixel_table, device_weights.data(), device_bias.data(), shape,
                      fast.data(), stream);
    first_convolution_naive(device_pixels.data(), pixel_table, device_weights.data(), device_bias.data(),
                            shape, naive.data(), stream);
    stream.synchronize();
    expect_near(from_device(fast), expected, tolerance);
    EXPECT_TRUE(same_bits(from_device(fast), from_device(naive)));
  });
}

TEST(FirstConvolution, IsItsDefinitionAtAnySize) {
  for (const ImageShape shape : {ImageShape{1, 1, 8}, {2, 9, 16}, {1, 16, 64}, {3, 17, 8}, {1, 33, 24}}) {
    SCOPED_TRACE(shape.side);
    expect_first_layer<float>(shape, {0, 1, 2}, 3e-6);
  }
}

TEST(FirstConvolution, TakesPlanesInTheOrderAsked) { expect_first_layer<float>({1, 10, 8}, {2, 1, 0}, 3e-6); }

TEST(FirstConvolution, RoundsToBfloat16Once) {
  expect_first_layer<__nv_bfloat16>({2, 11, 16}, {0, 1, 2}, 0x1p-8);
}

TEST(FirstConvolution, TakesNoImages) { expect_first_layer<float>({0, 10, 8}, {0, 1, 2}, 0.0); }

TEST(NormalisePixels, FillsUpWithZeros) {
  under_seeds([] {
    const auto pixels = made_bytes(2 * 5 * 5 * 3, 1);
    const auto table = made_floats(3 * 256, 2);
    const auto device_pixels = on_device(pixels);
    const auto device_table = on_device(table);
    DeviceBuffer<float> to(2 * 5 * 5 * kChannelStep, "a test");
    Stream stream;
    normalise_pixels(device_pixels.data(), {device_table.data(), {2, 1, 0}}, {2, 5, 3}, to.data(), stream);
    stream.synchronize();
    const auto found = from_device(to);
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::size_t p = i % 8;
      const float expected = p < 3 ? table[p * 256 + pixels[i / 8 * 3 + 2 - p]] : 0.0F;
      EXPECT_EQ(found[i], expected) << i;
    }
  });
}

template <class T>
std::vector<float> pooled(const std::vector<T>& from, const ImageShape& shape) {
  const std::vector<float> x = to_floats(from);
  std::vector<float> to;
  const std::int64_t half = shape.side / 2;
  for (std::int64_t at = 0; at < shape.images * half * half * shape.channels; ++at) {
    const std::int64_t pixel = at / shape.channels;
    const std::int64_t image = pixel / half / half;
    const auto value = [&](std::int64_t i, std::int64_t j) {
      const std::int64_t row = pixel / half % half * 2 + i;
      const std::int64_t column = pixel % half * 2 + j;
      return x[static_cast<std::size_t>(((image * shape.side + row) * shape.side + column) * shape.channels +
                                        at % shape.channels)];
    };
    to.push_back(std::max({value(0, 0), value(0, 1), value(1, 0), value(1, 1)}));
  }
  return to;
}

template <class T>
void expect_pooled(const ImageShape& shape) {
  const auto from = made<T>(shape.elements(), 5);
  const auto expected = pooled(from, shape);
  under_seeds([&] {
    const auto device = on_device(from);
    const std::int64_t smaller = shape.side / 2;
    DeviceBuffer<T> fast(shape.images * smaller * smaller * shape.channels, "a test");
    DeviceBuffer<T> naive(fast.count(), "a test");
    Stream stream;
    max_pool(device.data(), shape, fast.data(), stream);
    max_pool_naive(device.data(), shape, naive.data(), stream);
    stream.synchronize();
    EXPECT_EQ(to_floats(from_device(fast)), expected);
    EXPECT_EQ(to_floats(from_device(naive)), expected);
  });
}

TEST(MaxPool, IsTheLargestOfFourAndDropsOddEnds) {
  for (const ImageShape shape : {ImageShape{1, 2, 8}, {2, 7, 16}, {3, 12, 24}, {1, 1, 8}, {0, 4, 8}}) {
    SCOPED_TRACE(shape.side);
    expect_pooled<float>(shape);
    expect_pooled<__nv_bfloat16>(shape);
  }
}

TEST(MaxPool, LetsNothingHideThatWasNeverWritten) {
  emulator::restart(1);
  std::vector<float> from(4 * 8, 1.0F);
  for (std::size_t i = 0; i < 4; ++i) from[i * 8 + i] = std::numeric_limits<float>::quiet_NaN();
  const auto device = on_device(from);
  DeviceBuffer<float> to(8, "a test");
  Stream stream;
  max_pool(device.data(), {1, 2, 8}, to.data(), stream);
  stream.synchronize();
  const auto found = from_device(to);
  for (std::size_t i = 0; i < 8; ++i) EXPECT_EQ(std::isnan(found[i]), i < 4) << i;
}

std::vector<float> averaged(const std::vector<float>& x, const ImageShape& shape, std::int64_t side) {
  std::vector<float> to;
  const std::int64_t n = shape.side;
  for (std::int64_t at = 0; at < shape.images * side * side * shape.channels; ++at) {
    const std::int64_t pixel = at / shape.channels;
    const std::int64_t i = pixel / side % side;
    const std::int64_t j = pixel % side;
    double sum = 0.0;
    int count = 0;
    for (std::int64_t row = i * n / side; row < ((i + 1) * n + side - 1) / side; ++row) {
      for (std::int64_t column = j * n / side; column < ((j + 1) * n + side - 1) / side; ++column, ++count) {
        const std::int64_t source = (pixel / side / side * n + row) * n + column;
        sum +=
            static_cast<double>(x[static_cast<std::size_t>(source * shape.channels + at % shape.channels)]);
      }
    }
    to.push_back(static_cast<float>(sum / count));
  }
  return to;
}

TEST(AdaptiveAveragePool, IsTheMeanOfWindowsThatMayOverlap) {
  for (const ImageShape shape : {ImageShape{2, 9, 16}, {1, 7, 8}, {2, 3, 8}, {1, 14, 24}, {0, 9, 8}}) {
    SCOPED_TRACE(shape.side);
    const auto from = made_floats(shape.elements(), 6);
    under_seeds([&] {
      const auto device = on_device(from);
      DeviceBuffer<float> to(shape.images * 49 * shape.channels, "a test");
      Stream stream;
      adaptive_average_pool(device.data(), shape, 7, to.data(), stream);
      stream.synchronize();
      EXPECT_EQ(from_device(to), averaged(from, shape, 7));
    });
  }
}

TEST(AdaptiveAveragePool, RoundsToBfloat16Once) {
  const ImageShape shape{1, 9, 8};
  const auto from = made<__nv_bfloat16>(shape.elements(), 6);
  under_seeds([&] {
    const auto device = on_device(from);
    DeviceBuffer<__nv_bfloat16> to(49 * 8, "a test");
    Stream stream;
    adaptive_average_pool(device.data(), shape, 7, to.data(), stream);
    stream.synchronize();
    EXPECT_EQ(to_floats(from_device(to)), to_floats(to_bf16(averaged(to_floats(from), shape, 7))));
  });
}

TEST(ToPlanes, KeepsTheFirstChannelsInPlainOrder) {
  const ImageShape shape{3, 5, 16};
  const auto from = made<__nv_bfloat16>(shape.elements(), 7);
  const auto values = to_floats(from);
  under_seeds([&] {
    const auto device = on_device(from);
    DeviceBuffer<float> to(3 * 13 * 25, "a test");
    Stream stream;
    to_planes(device.data(), shape, 13, to.data(), stream);
    stream.synchronize();
    const auto found = from_device(to);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i], values[(i / 25 / 13 * 25 + i % 25) * 16 + i / 25 % 13]) << i;
    }
  });
}

}  // namespace
}  // namespace shoal
