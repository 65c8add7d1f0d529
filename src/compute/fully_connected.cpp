// Fully connected layers: bound by reading the weights, which a tile of rows shares.
#include "fully_connected.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace shoal {
namespace {

constexpr std::int64_t kChunk = PackedFullyConnected::kChunk;
/// Rows and outputs that a kernel holds in registers: 8 sums, as many as hide a multiply-add's latency.
constexpr std::int64_t kRows = 4;
constexpr std::int64_t kOutputs = 2;

/// Pointers to kRows inputs and the kOutputs x kRows numbers that their chunk's products are added to.
struct Block {
  std::array<const float*, kRows> x;     ///< kChunk numbers each
  std::array<const float*, kOutputs> w;  ///< kChunk numbers each
  std::array<std::array<float, kRows>, kOutputs> sums;
};

/// The order in which both kernels add up their eight lanes.
float add_lanes(const float* lane) {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

void multiply_portable(Block& block) {
  for (std::size_t o = 0; o < kOutputs; ++o) {
    for (std::size_t r = 0; r < kRows; ++r) {
      float lanes[8] = {};
      for (std::int64_t k = 0; k < kChunk; k += 8) {
        for (std::int64_t l = 0; l < 8; ++l) lanes[l] += block.w[o][k + l] * block.x[r][k + l];
      }
      block.sums[o][r] = add_lanes(lanes);
    }
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) float add_lanes(__m256 sums) {
  alignas(32) float lanes[8];
  _mm256_store_ps(lanes, sums);
  return add_lanes(lanes);
}

// Every loop over `sums` is unrolled: only then do they become registers.
__attribute__((target("avx2,fma"))) void multiply_avx2(Block& block) {
  __m256 sums[kOutputs][kRows];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kRows; ++r) sums[0][r] = sums[1][r] = _mm256_setzero_ps();
  for (std::int64_t k = 0; k < kChunk; k += 8) {
    const __m256 w0 = _mm256_load_ps(block.w[0] + k);
    const __m256 w1 = _mm256_load_ps(block.w[1] + k);
#pragma GCC unroll 4
    for (std::size_t r = 0; r < kRows; ++r) {
      const __m256 x = _mm256_loadu_ps(block.x[r] + k);
      sums[0][r] = _mm256_fmadd_ps(w0, x, sums[0][r]);
      sums[1][r] = _mm256_fmadd_ps(w1, x, sums[1][r]);
    }
  }
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kRows; ++r) {
    block.sums[0][r] = add_lanes(sums[0][r]);
    block.sums[1][r] = add_lanes(sums[1][r]);
  }
}
#endif

void multiply(Block& block, bool avx2) {
#if defined(__x86_64__)
  if (avx2) return multiply_avx2(block);
#endif
  static_cast<void>(avx2);
  multiply_portable(block);
}

/// One chunk of a tile's inputs, filled up with zeros to kChunk numbers and to whole groups of kRows rows, so
/// that kernels have no edges.
class ChunkOfInputs {
 public:
  explicit ChunkOfInputs(std::int64_t rows)
      : rows_((rows + kRows - 1) / kRows * kRows),
        buffer_(static_cast<std::size_t>(rows_ * kChunk) * sizeof(float)) {
    std::memset(buffer_.data(), 0, buffer_.size());
  }
  void load(const float* x, std::int64_t rows, std::int64_t columns, std::int64_t first) {
    const std::int64_t count = std::min(kChunk, columns - first);
    for (std::int64_t r = 0; r < rows; ++r) {
      float* to = buffer_.floats() + r * kChunk;
      std::copy_n(x + r * columns + first, count, to);
      std::fill(to + count, to + kChunk, 0.0F);
    }
  }
  [[nodiscard]] const float* row(std::int64_t r) const { return buffer_.floats() + r * kChunk; }

 private:
  std::int64_t rows_;
  AlignedBuffer buffer_;
};

}  // namespace

PackedFullyConnected::PackedFullyConnected(const FullyConnected& layer, std::int64_t in_features,
                                           const WeightSource& weights, InstructionLevel level)
    : in_(in_features),
      out_(layer.out_features),
      relu_(layer.relu),
      avx2_(level >= InstructionLevel::avx2),
      packed_(static_cast<std::size_t>(chunks() * out_ * kChunk) * sizeof(float)),
      bias_(static_cast<std::size_t>(out_) * sizeof(float)) {
  pack(weights(layer.weights, static_cast<std::size_t>(in_ * out_)));
  const auto bias = weights(layer.bias, static_cast<std::size_t>(out_));
  std::copy(bias.begin(), bias.end(), bias_.floats());
}

void PackedFullyConnected::pack(std::span<const float> weights) {
  float* to = packed_.floats();
  for (std::int64_t first = 0; first < in_; first += kChunk) {
    const std::int64_t count = std::min(kChunk, in_ - first);
    for (std::int64_t o = 0; o < out_; ++o, to += kChunk) {
      std::copy_n(weights.data() + o * in_ + first, count, to);
      std::fill(to + count, to + kChunk, 0.0F);
    }
  }
}

void PackedFullyConnected::apply(const float* x, std::int64_t rows, float* y) const {
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(bias_.floats(), out_, y + r * out_);
  ChunkOfInputs inputs(rows);
  for (std::int64_t chunk = 0; chunk < chunks(); ++chunk) {
    inputs.load(x, rows, in_, chunk * kChunk);
    const float* weights = packed_.floats() + chunk * out_ * kChunk;
    for (std::int64_t output = 0; output < out_; output += kOutputs) {
      for (std::int64_t row = 0; row < rows; row += kRows) {
        add_block(inputs.row(row), std::min(kRows, rows - row), weights, output, y + row * out_);
      }
    }
  }
  if (relu_) std::transform(y, y + rows * out_, y, [](float v) { return std::max(v, 0.0F); });
}

void PackedFullyConnected::add_block(const float* x, std::int64_t rows, const float* weights,
                                     std::int64_t output, float* y) const {
  Block block;
  // An odd last output is computed twice and stored once.
  for (std::int64_t o = 0; o < kOutputs; ++o) {
    block.w[static_cast<std::size_t>(o)] = weights + std::min(output + o, out_ - 1) * kChunk;
  }
  for (std::int64_t r = 0; r < kRows; ++r) block.x[static_cast<std::size_t>(r)] = x + r * kChunk;
  multiply(block, avx2_);
  for (std::int64_t o = 0; o < std::min(kOutputs, out_ - output); ++o) {
    for (std::int64_t r = 0; r < rows; ++r) {
      y[r * out_ + output + o] += block.sums[static_cast<std::size_t>(o)][static_cast<std::size_t>(r)];
    }
  }
}

}  // namespace shoal
