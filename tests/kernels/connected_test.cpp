// Fully connected layers and softmax against their definitions; cuBLAS's part is the emulator's here.
#include <cmath>

#include "compute/softmax.hpp"
#include "fully_connected.hpp"
#include "on_device.hpp"
#include "products.hpp"

namespace shoal {
namespace {

std::vector<double> defined(const std::vector<float>& x, std::int64_t rows, std::int64_t in,
                            const std::vector<float>& weights, const std::vector<float>& bias,
                            std::int64_t out, bool relu) {
  std::vector<double> to;
  for (std::int64_t n = 0; n < rows; ++n) {
    for (std::int64_t o = 0; o < out; ++o) {
      double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]);
      for (std::int64_t i = 0; i < in; ++i) {
        sum += static_cast<double>(x[static_cast<std::size_t>(n * in + i)]) *
               static_cast<double>(weights[static_cast<std::size_t>(o * in + i)]);
      }
      to.push_back(relu ? std::max(sum, 0.0) : sum);
    }
  }
  return to;
}

template <class T>
void expect_definition(std::int64_t rows, std::int64_t in, std::int64_t out, bool relu, double tolerance) {
  const auto x = made<T>(rows * in, 1);
  const auto weights = made<T>(out * in, 2, 0.5);
  const auto bias = made_floats(out, 3);
  const auto expected = defined(to_floats(x), rows, in, to_floats(weights), bias, out, relu);
  under_seeds([&] {
    SCOPED_TRACE(in);
    const auto device_x = on_device(x);
    const auto device_weights = on_device(weights);
    const auto device_bias = on_device(bias);
    DeviceBuffer<float> partial(splits_of(in) * rows * out, "a test");
    DeviceBuffer<T> fast(rows * out, "a test");
    DeviceBuffer<T> naive(rows * out, "a test");
    Stream stream;
    Products products(stream);
    products.multiply(device_x.data(), rows, in, device_weights.data(), out, partial.data());
    finish_fully_connected(partial.data(), splits_of(in), rows, out, device_bias.data(), relu, fast.data(),
                           stream);
    fully_connected_naive(device_x.data(), rows, in, device_weights.data(), device_bias.data(), out, relu,
                          naive.data(), stream);
    stream.synchronize();
    expect_near(from_device(fast), expected, tolerance);
    expect_near(from_device(naive), expected, tolerance);
  });
}

TEST(FullyConnected, IsItsDefinition) {
  expect_definition<float>(1, 8, 8, false, 2e-6);
  expect_definition<float>(3, 200, 16, true, 4e-6);
  expect_definition<float>(7, 1568, 304, true, 2e-5);
  expect_definition<__nv_bfloat16>(5, 392, 40, true, 0x1.1p-8);
}

TEST(FullyConnected, SplitsItsSumByTheLayerAlone) {
  EXPECT_EQ(splits_of(25088), 8);
  EXPECT_EQ(splits_of(4096), 8);
  EXPECT_EQ(splits_of(8), 1);
  EXPECT_EQ(splits_of(7 * 8 * 3), 7);
  for (std::int64_t in = 8; in < 3000; in += 8) EXPECT_EQ(in % (splits_of(in) * 8), 0) << in;
}

std::vector<float> softmax_on_device(const std::vector<float>& scores, std::int64_t rows,
                                     std::int64_t columns, std::int64_t stride) {
  auto device = on_device(scores);
  Stream stream;
  softmax(device.data(), rows, columns, stride, stream);
  stream.synchronize();
  return from_device(device);
}

TEST(Softmax, HasTheBitsOfTheCpu) {
  for (const std::int64_t columns : {1, 5, 255, 1000}) {
    const std::int64_t stride = columns + 3;
    const auto scores = made_floats(4 * stride, 4, 30.0);
    under_seeds([&] {
      const auto found = softmax_on_device(scores, 4, columns, stride);
      for (std::int64_t n = 0; n < 4; ++n) {
        std::vector<float> row(scores.begin() + n * stride, scores.begin() + n * stride + columns);
        shoal::softmax(row.data(), 1, columns);
        const auto begin = found.begin() + n * stride;
        EXPECT_TRUE(same_bits(std::vector<float>(begin, begin + columns), row)) << columns << ", row " << n;
        EXPECT_TRUE(std::equal(begin + columns, begin + stride, scores.begin() + n * stride + columns));
      }
    });
  }
}

TEST(Softmax, IsDefinedForScoresOfAnySize) {
  emulator::restart(1);
  const auto found = softmax_on_device({1000.0F, 999.0F, -1000.0F, -3e38F, 3e38F, 3e38F}, 2, 3, 3);
  EXPECT_NEAR(found[0], 1.0 / (1.0 + std::exp(-1.0)), 1e-7);
  EXPECT_EQ(found[2], 0.0F);
  EXPECT_EQ(found[3], 0.0F);
  EXPECT_EQ(found[4], 0.5F);
}

}  // namespace
}  // namespace shoal
