// Convolutions of ours against the definition in double and against their naive twins.
#include "convolution.hpp"
#include "on_device.hpp"

namespace shoal {
namespace {

/// max(0, conv(x) + bias) in double.
std::vector<double> defined(const std::vector<float>& x, const ImageShape& shape,
                            const std::vector<float>& weights, const std::vector<float>& bias,
                            std::int64_t out) {
  std::vector<double> to;
  const std::int64_t side = shape.side;
  for (std::int64_t at = 0; at < shape.pixels() * out; ++at) {
    const std::int64_t o = at % out;
    const std::int64_t pixel = at / out;
    double sum = static_cast<double>(bias[static_cast<std::size_t>(o)]);
    for (std::int64_t tap = 0; tap < 9; ++tap) {
      const std::int64_t row = pixel / side % side + tap / 3 - 1;
      const std::int64_t column = pixel % side + tap % 3 - 1;
      if (row < 0 || row >= side || column < 0 || column >= side) continue;
      const std::int64_t source = (pixel / side / side * side + row) * side + column;
      for (std::int64_t k = 0; k < shape.channels; ++k) {
        sum += static_cast<double>(x[static_cast<std::size_t>(source * shape.channels + k)]) *
               static_cast<double>(weights[static_cast<std::size_t>((tap * shape.channels + k) * out + o)]);
      }
    }
    to.push_back(std::max(sum, 0.0));
  }
  return to;
}

struct Problem {
  ImageShape shape;
  std::int64_t out;
};

template <class T>
std::vector<T> run(const Problem& problem, const std::vector<T>& x, const std::vector<T>& weights,
                   const std::vector<float>& bias, bool naive) {
  const auto device_x = on_device(x);
  const auto device_weights = on_device(weights);
  const auto device_bias = on_device(bias);
  DeviceBuffer<T> to(problem.shape.pixels() * problem.out, "a test");
  Stream stream;
  if (naive) {
    convolution_naive(device_x.data(), problem.shape, device_weights.data(), device_bias.data(), problem.out,
                      to.data(), stream);
  } else {
    convolution(device_x.data(), problem.shape, device_weights.data(), device_bias.data(), problem.out,
                to.data(), stream);
  }
  stream.synchronize();
  return from_device(to);
}

template <class T>
void expect_definition(const Problem& problem, double tolerance) {
  const auto x = made<T>(problem.shape.elements(), 1);
  const auto weights = made<T>(9 * problem.shape.channels * problem.out, 2, 0.5);
  const auto bias = made_floats(problem.out, 3);
  const auto expected = defined(to_floats(x), problem.shape, to_floats(weights), bias, problem.out);
  under_seeds([&] {
    SCOPED_TRACE(problem.shape.side);
    expect_near(run(problem, x, weights, bias, true), expected, tolerance);
    expect_near(run(problem, x, weights, bias, false), expected, tolerance);
  });
}

// One pixel; less than a block; more pixels than a block, across images; more channels than a block and no
// multiple of it; channels that fill a step, or a
// quarter of it; many more steps than stages; tiles of tensor
// cores that are full, and half full.
const std::vector<Problem> kProblems{{{1, 1, 8}, 8},    {{1, 3, 8}, 16},   {{3, 7, 16}, 24},
                                     {{2, 12, 8}, 72},  {{1, 11, 40}, 64}, {{0, 5, 8}, 8},
                                     {{2, 5, 72}, 136}, {{1, 12, 64}, 64}, {{2, 9, 64}, 128},
                                     {{3, 7, 32}, 192}, {{3, 6, 40}, 136}};

TEST(Convolution, IsItsDefinitionInFloat32) {
  for (const Problem& problem : kProblems) expect_definition<float>(problem, 1e-5);
}

TEST(Convolution, IsItsDefinitionInBfloat16UpToTheLastRounding) {
  for (const Problem& problem : kProblems) expect_definition<__nv_bfloat16>(problem, 0x1.1p-8);
}

/// One group of channels a thread, and two.
TEST(Convolution, HasTheBitsOfItsNaiveTwinInFloat32) {
  for (const Problem& problem : {Problem{{2, 9, 24}, 40}, {{1, 7, 16}, 72}}) {
    const auto x = made<float>(problem.shape.elements(), 4);
    const auto weights = made<float>(9 * problem.shape.channels * problem.out, 5);
    const auto bias = made_floats(problem.out, 6);
    under_seeds([&] {
      EXPECT_TRUE(same_bits(run(problem, x, weights, bias, false), run(problem, x, weights, bias, true)));
    });
  }
}

/// tf32 keeps ten bits: 1 + 2^-12 would become 1, and the difference vanish.
TEST(Convolution, KeepsAllBitsOfFloat32Operands) {
  const Problem problem{{1, 1, 8}, 8};
  std::vector<float> x(8, 0.0F);
  x[0] = 1.0F + 0x1p-12F;
  x[1] = -1.0F;
  std::vector<float> weights(9 * 8 * 8, 0.0F);
  for (std::size_t o = 0; o < 8; ++o) weights[(4 * 8 + 0) * 8 + o] = weights[(4 * 8 + 1) * 8 + o] = 1.0F;
  emulator::restart(1);
  EXPECT_EQ(run(problem, x, weights, std::vector<float>(8, 0.0F), false), std::vector<float>(8, 0x1p-12F));
}

template <class T>
void expect_own_bits(std::int64_t out) {
  // An image of 5 x 5 pixels begins anywhere in a block of 128 rows.
  const std::int64_t images = 11;
  const Problem problem{{images, 5, 16}, out};
  const auto weights = made<T>(9 * 16 * out, 8);
  const auto bias = made_floats(out, 9);
  const auto image = made<T>(25 * 16, 10);
  std::vector<T> x;
  for (std::int64_t i = 0; i < images; ++i) x.insert(x.end(), image.begin(), image.end());
  under_seeds([&] {
    const auto found = run(problem, x, weights, bias, false);
    const std::vector<T> first(found.begin(), found.begin() + 25 * out);
    for (std::int64_t i = 1; i < images; ++i) {
      const auto begin = found.begin() + i * 25 * out;
      EXPECT_TRUE(same_bits(std::vector<T>(begin, begin + 25 * out), first)) << "image " << i;
    }
  });
}

TEST(Convolution, GivesAnImageTheSameBitsAtEveryPlace) {
  expect_own_bits<float>(16);
  expect_own_bits<__nv_bfloat16>(16);
  expect_own_bits<__nv_bfloat16>(136);
}

}  // namespace
}  // namespace shoal
