// Fully connected layers: bound by reading the weights, which a tile of rows shares.
#include "fully_connected.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

#include "shoal/base/bfloat16.hpp"

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
template <class Weight>
struct Block {
  std::array<const float*, kRows> x;      ///< kChunk numbers each
  std::array<const Weight*, kOutputs> w;  ///< kChunk numbers each
  std::array<std::array<float, kRows>, kOutputs> sums;
};

float widened(float weight) { return weight; }
float widened(std::uint16_t weight) { return from_bfloat16(weight); }

template <class Weight>
Weight stored(float weight) {
  if constexpr (std::is_same_v<Weight, float>) {
    return weight;
  } else {
    return to_bfloat16(weight);
  }
}

/// The order in which both kernels add up their eight lanes.
float add_lanes(const float* lane) {
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

template <class Weight>
void multiply_portable(Block<Weight>& block) {
  for (std::size_t o = 0; o < kOutputs; ++o) {
    for (std::size_t r = 0; r < kRows; ++r) {
      float lanes[8] = {};
      for (std::int64_t k = 0; k < kChunk; k += 8) {
        for (std::int64_t l = 0; l < 8; ++l) lanes[l] += widened(block.w[o][k + l]) * block.x[r][k + l];
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

__attribute__((target("avx2,fma"))) __m256 load_eight(const float* weights) {
  return _mm256_load_ps(weights);
}
__attribute__((target("avx2,fma"))) __m256 load_eight(const std::uint16_t* weights) {
  const __m128i halves = _mm_load_si128(reinterpret_cast<const __m128i*>(weights));
  return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
}

// Every loop over `sums` is unrolled: only then do they become registers.
template <class Weight>
__attribute__((target("avx2,fma"))) void multiply_avx2(Block<Weight>& block) {
  __m256 sums[kOutputs][kRows];
#pragma GCC unroll 4
  for (std::size_t r = 0; r < kRows; ++r) sums[0][r] = sums[1][r] = _mm256_setzero_ps();
  for (std::int64_t k = 0; k < kChunk; k += 8) {
    const __m256 w0 = load_eight(block.w[0] + k);
    const __m256 w1 = load_eight(block.w[1] + k);
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

template <class Weight>
void multiply(Block<Weight>& block, bool avx2) {
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
  /// bf16: the numbers are rounded to bfloat16.
  void load(const float* x, std::int64_t rows, std::int64_t columns, std::int64_t first, bool bf16) {
    const std::int64_t count = std::min(kChunk, columns - first);
    for (std::int64_t r = 0; r < rows; ++r) {
      float* to = buffer_.floats() + r * kChunk;
      std::copy_n(x + r * columns + first, count, to);
      std::fill(to + count, to + kChunk, 0.0F);
      if (bf16) std::transform(to, to + count, to, [](float v) { return from_bfloat16(to_bfloat16(v)); });
    }
  }
  [[nodiscard]] const float* row(std::int64_t r) const { return buffer_.floats() + r * kChunk; }

 private:
  std::int64_t rows_;
  AlignedBuffer buffer_;
};

/// (out, in) to (chunks, out, kChunk).
template <class Weight>
void pack(std::span<const float> weights, std::int64_t in, std::int64_t out, Weight* to) {
  for (std::int64_t first = 0; first < in; first += kChunk) {
    const std::int64_t count = std::min(kChunk, in - first);
    for (std::int64_t o = 0; o < out; ++o, to += kChunk) {
      std::transform(weights.data() + o * in + first, weights.data() + o * in + first + count, to,
                     stored<Weight>);
      std::fill(to + count, to + kChunk, Weight{0});
    }
  }
}

/// Adds one chunk's products for two outputs of `out` from number `output` on and up to four rows.
template <class Weight>
void add_block(const float* x, std::int64_t rows, const Weight* weights, std::int64_t output,
               std::int64_t out, bool avx2, float* y) {
  Block<Weight> block;
  // An odd last output is computed twice and stored once.
  for (std::int64_t o = 0; o < kOutputs; ++o) {
    block.w[static_cast<std::size_t>(o)] = weights + std::min(output + o, out - 1) * kChunk;
  }
  for (std::int64_t r = 0; r < kRows; ++r) block.x[static_cast<std::size_t>(r)] = x + r * kChunk;
  multiply(block, avx2);
  for (std::int64_t o = 0; o < std::min(kOutputs, out - output); ++o) {
    for (std::int64_t r = 0; r < rows; ++r) {
      y[r * out + output + o] += block.sums[static_cast<std::size_t>(o)][static_cast<std::size_t>(r)];
    }
  }
}

}  // namespace

PackedFullyConnected::PackedFullyConnected(const FullyConnected& layer, std::int64_t in_features,
                                           Precision precision, const WeightSource& weights,
                                           WeightLayout& layout, InstructionLevel level)
    : in_(in_features),
      out_(layer.out_features),
      relu_(layer.relu),
      bf16_(precision == Precision::bf16),
      avx2_(level >= InstructionLevel::avx2) {
  const auto numbers = static_cast<std::size_t>(chunks() * out_ * kChunk);
  const auto all = static_cast<std::size_t>(in_ * out_);
  const auto outputs = static_cast<std::size_t>(out_);
  packed_ =
      layout.add(numbers * (bf16_ ? sizeof(std::uint16_t) : sizeof(float)),
                 [&weights, name = layer.weights, all, in = in_, out = out_, bf16 = bf16_](std::byte* to) {
                   const auto values = weights(name, all);
                   if (bf16) return pack(values, in, out, reinterpret_cast<std::uint16_t*>(to));
                   pack(values, in, out, reinterpret_cast<float*>(to));
                 });
  bias_ = layout.add(outputs * sizeof(float), [&weights, name = layer.bias, outputs](std::byte* to) {
    std::memcpy(to, weights(name, outputs).data(), outputs * sizeof(float));
  });
}

template <class Weight>
void PackedFullyConnected::add_products(const float* x, std::int64_t rows, float* y) const {
  const auto* weights = reinterpret_cast<const Weight*>(weights_.data() + packed_);
  ChunkOfInputs inputs(rows);
  for (std::int64_t chunk = 0; chunk < chunks(); ++chunk, weights += out_ * kChunk) {
    inputs.load(x, rows, in_, chunk * kChunk, bf16_);
    for (std::int64_t output = 0; output < out_; output += kOutputs) {
      for (std::int64_t row = 0; row < rows; row += kRows) {
        add_block(inputs.row(row), std::min(kRows, rows - row), weights, output, out_, avx2_, y + row * out_);
      }
    }
  }
}

void PackedFullyConnected::apply(const float* x, std::int64_t rows, float* y) const {
  const auto* bias = reinterpret_cast<const float*>(weights_.data() + bias_);
  for (std::int64_t r = 0; r < rows; ++r) std::copy_n(bias, out_, y + r * out_);
  if (bf16_) {
    add_products<std::uint16_t>(x, rows, y);
  } else {
    add_products<float>(x, rows, y);
  }
  if (relu_) std::transform(y, y + rows * out_, y, [](float v) { return std::max(v, 0.0F); });
}

}  // namespace shoal
