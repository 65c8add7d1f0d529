// The fully connected layer in its two precisions, on every kernel this processor has, against plain loops in
// double.
#include "compute/fully_connected.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "shoal/base/bfloat16.hpp"
#include "shoal/base/random.hpp"

namespace shoal {
namespace {

std::vector<float> numbers(std::string_view name, std::size_t count) {
  const RandomStream draws(3, name);
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<float>(draws.uniform(0, i) - 0.5);
  return values;
}

/// A layer with its weights.
struct Made {
  Made(const FullyConnected& description, std::int64_t in, Precision precision, InstructionLevel level)
      : layer(description, in, precision, source, layout, level) {
    layer.start(layout.place(*memory));
  }
  WeightSource source = [this](const std::string& name, std::size_t elements) -> std::span<const float> {
    return values = numbers(name, elements);
  };
  std::vector<float> values;
  WeightLayout layout;
  std::unique_ptr<WeightMemory> memory = make_private_weight_memory();
  PackedFullyConnected layer;
};

struct Case {
  std::int64_t in;
  std::int64_t out;
  std::int64_t rows;
};

class FullyConnectedTest : public ::testing::TestWithParam<std::tuple<Case, Precision, InstructionLevel>> {};

TEST_P(FullyConnectedTest, IsTheProductOfWhatThePrecisionMakesOfItsOperands) {
  const auto [shape, precision, level] = GetParam();
  if (level > detect_instruction_level()) GTEST_SKIP() << "this processor has no " << to_string(level);
  const auto rounded = [bf16 = precision == Precision::bf16](float v) {
    return static_cast<double>(bf16 ? from_bfloat16(to_bfloat16(v)) : v);
  };
  const auto [in, out, rows] = shape;
  const Made made({"w", "b", out, false}, in, precision, level);
  const auto x = numbers("x", static_cast<std::size_t>(rows * in));
  const auto w = numbers("w", static_cast<std::size_t>(out * in));
  const auto b = numbers("b", static_cast<std::size_t>(out));
  std::vector<float> y(static_cast<std::size_t>(rows * out));
  made.layer.apply(x.data(), rows, y.data());
  for (std::int64_t r = 0; r < rows; ++r) {
    for (std::int64_t o = 0; o < out; ++o) {
      double sum = static_cast<double>(b[static_cast<std::size_t>(o)]);
      double size = std::abs(sum);
      for (std::int64_t i = 0; i < in; ++i) {
        const double product = rounded(w[static_cast<std::size_t>(o * in + i)]) *
                               rounded(x[static_cast<std::size_t>(r * in + i)]);
        sum += product;
        size += std::abs(product);
      }
      // A chunk's lanes add 64 products each.
      EXPECT_NEAR(static_cast<double>(y[static_cast<std::size_t>(r * out + o)]), sum, 4e-6 * size)
          << r << ' ' << o;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, FullyConnectedTest,
    ::testing::Combine(::testing::Values(Case{1, 1, 1}, Case{511, 3, 5}, Case{1025, 2, 8}, Case{512, 7, 4}),
                       ::testing::Values(Precision::fp32, Precision::bf16),
                       ::testing::Values(InstructionLevel::baseline, InstructionLevel::avx2)));

TEST(FullyConnected, KeepsHalfTheBytesInBf16) {
  const Made wide({"w", "b", 64, false}, 4096, Precision::fp32, InstructionLevel::baseline);
  const Made narrow({"w", "b", 64, false}, 4096, Precision::bf16, InstructionLevel::baseline);
  EXPECT_EQ(wide.layout.bytes(), 64U * 4096 * 4 + 64 * 4);
  EXPECT_EQ(narrow.layout.bytes(), 64U * 4096 * 2 + 64 * 4);
}

TEST(Bfloat16, RoundsToTheNearestAndTiesToEven) {
  EXPECT_EQ(from_bfloat16(to_bfloat16(1.0F)), 1.0F);
  EXPECT_EQ(to_bfloat16(1.00390625F), to_bfloat16(1.0F));         // half way, to the even one below
  EXPECT_EQ(from_bfloat16(to_bfloat16(1.01171875F)), 1.015625F);  // half way, to the even one above
  EXPECT_EQ(from_bfloat16(to_bfloat16(1.004F)), 1.0078125F);
  EXPECT_EQ(from_bfloat16(to_bfloat16(-0.0F)), 0.0F);
  EXPECT_TRUE(std::isinf(from_bfloat16(to_bfloat16(std::numeric_limits<float>::max()))));
  EXPECT_TRUE(std::isinf(from_bfloat16(to_bfloat16(std::numeric_limits<float>::infinity()))));
  EXPECT_TRUE(std::isnan(from_bfloat16(to_bfloat16(std::numeric_limits<float>::quiet_NaN()))));
  EXPECT_TRUE(std::isnan(from_bfloat16(to_bfloat16(std::bit_cast<float>(0x7F800001U)))));
}

}  // namespace
}  // namespace shoal
