// The two passes with vectors of any width, written once. Included by one source file for each width, which
// defines beforehand
//   SHOAL_TARGET   the attribute that lets a function use the instructions,
//   Lanes          the vector and its operations (resample_avx2.cpp says what each does).
// A vector is a row of 128-bit lanes, and every operation works within lanes unless it says otherwise.
//
// A weight has up to 23 bits and is split into 15 low and 8 high ones, so that the processor's 16-bit
// multiply-add takes both: sum(w x) = sum(low x) + (sum(high x) << 15), exactly, modulo 2^32.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "resample.hpp"

// Its own copy in each file: the same name must not stand for code of two instruction sets.
namespace shoal {
namespace {

#define SHOAL_TARGET_INLINE SHOAL_TARGET __attribute__((always_inline)) inline

using Vector = Lanes::Vector;

constexpr std::size_t kLanes = sizeof(Vector) / 16;
constexpr int kLowBits = 15;
constexpr std::int32_t kLowMask = (1 << kLowBits) - 1;
/// Four pixels are 12 bytes, but are loaded as 16.
constexpr std::size_t kPixelsAtOnce = 4;
/// A load that begins at the last pixel of a row ends this many bytes after the row.
constexpr std::ptrdiff_t kOverread = 13;
/// A pixel of a row takes two lanes, for a while: a vector has kLanes / 2 rows, and four vectors are in work.
constexpr std::size_t kVectors = 4;
constexpr std::size_t kRowsOfVector = kLanes / 2;
constexpr std::size_t kRowsAtOnce = kVectors * kRowsOfVector;

using Weights = std::array<std::int16_t, kPixelsAtOnce>;
using RowsRead = std::array<const std::uint8_t*, kRowsAtOnce>;
using RowsWritten = std::array<std::uint8_t*, kRowsAtOnce>;

std::int16_t low_part(std::int32_t weight) { return static_cast<std::int16_t>(weight & kLowMask); }
std::int16_t high_part(std::int32_t weight) { return static_cast<std::int16_t>(weight >> kLowBits); }

/// The weights of four pixels: what one step of the columns' pass loads.
struct WeightGroup {
  Weights low;
  Weights high;
};

/// plan's weights in groups, outputs x (taps / 4).
std::vector<WeightGroup> group_weights(const AxisPlan& plan) {
  std::vector<WeightGroup> groups(plan.weights.size() / kPixelsAtOnce);
  for (std::size_t i = 0; i < plan.weights.size(); ++i) {
    groups[i / kPixelsAtOnce].low[i % kPixelsAtOnce] = low_part(plan.weights[i]);
    groups[i / kPixelsAtOnce].high[i % kPixelsAtOnce] = high_part(plan.weights[i]);
  }
  return groups;
}

/// Sums to bytes' range: low + (high << 15) + half, shifted down. int32.
SHOAL_TARGET_INLINE Vector finish(Vector low, Vector high) {
  const Vector half = Lanes::all32(1 << (kWeightBits - 1));
  const Vector sum = Lanes::add32(Lanes::add32(low, half), Lanes::shift_left32<kLowBits>(high));
  return Lanes::shift_right32<kWeightBits>(sum);
}

/// Of the rows that lane `Lane` holds: RGB and a byte too many.
template <int Lane>
SHOAL_TARGET_INLINE void store_lane(Vector bytes, const RowsWritten& targets, std::size_t offset) {
  const __m128i lane = Lanes::lane<Lane>(bytes);
  const int first = _mm_cvtsi128_si32(lane);
  const int second = _mm_extract_epi32(lane, 1);
  std::memcpy(targets[Lane] + offset, &first, sizeof first);
  std::memcpy(targets[Lane + kLanes] + offset, &second, sizeof second);
}

/// One output of some rows: `groups` steps over the pixels at `offset` of each, to `target_offset` of each.
SHOAL_TARGET_INLINE void resample_pixel(const RowsRead& sources, std::size_t offset,
                                        const WeightGroup* weights, std::size_t groups,
                                        const RowsWritten& targets, std::size_t target_offset) {
  Vector low[kVectors] = {}, high[kVectors] = {};
  for (std::size_t g = 0; g < groups; ++g, offset += 3 * kPixelsAtOnce) {
    const Vector low_weights = Lanes::spread_weights(weights[g].low.data());
    const Vector high_weights = Lanes::spread_weights(weights[g].high.data());
#pragma GCC unroll 4  // or the sums would live in memory
    for (std::size_t v = 0; v < kVectors; ++v) {
      const Vector pixels = Lanes::load_pixels(&sources[v * kRowsOfVector], offset);
      low[v] = Lanes::add32(low[v], Lanes::multiply_add16(pixels, low_weights));
      high[v] = Lanes::add32(high[v], Lanes::multiply_add16(pixels, high_weights));
    }
  }
  // A lane a row from here on: the first kLanes rows, and the others.
  const Vector front = finish(Lanes::add_lane_pairs(low[0], low[1]), Lanes::add_lane_pairs(high[0], high[1]));
  const Vector back = finish(Lanes::add_lane_pairs(low[2], low[3]), Lanes::add_lane_pairs(high[2], high[3]));
  const Vector words = Lanes::to_words(front, back);
  const Vector bytes = Lanes::to_bytes(words, words);
  store_lane<0>(bytes, targets, target_offset);
  store_lane<1>(bytes, targets, target_offset);
  if constexpr (kLanes == 4) {
    store_lane<2>(bytes, targets, target_offset);
    store_lane<3>(bytes, targets, target_offset);
  }
}

/// How many of the first rows can be read with whole vectors.
std::size_t rows_within(const SourceRows& source, std::size_t rows) {
  const std::ptrdiff_t readable = source.end - source.data - kOverread;
  if (readable <= 0) return 0;
  return std::min(rows, static_cast<std::size_t>(readable) / source.stride);
}

/// As resample_columns, for the first rows; returns how many were done.
SHOAL_TARGET std::size_t resample_columns_by_lanes(const SourceRows& source, std::size_t rows,
                                                   const AxisPlan& plan, const TargetRows& target) {
  const std::size_t readable = rows_within(source, rows);
  if (readable == 0) return 0;
  const std::vector<WeightGroup> groups = group_weights(plan);
  const std::size_t groups_per_output = static_cast<std::size_t>(plan.taps) / kPixelsAtOnce;
  for (std::size_t y = 0; y < readable; y += kRowsAtOnce) {
    RowsRead sources{};
    RowsWritten targets{};
    for (std::size_t r = 0; r < kRowsAtOnce; ++r) {
      const std::size_t row = std::min(y + r, readable - 1);  // beyond the last row it is done again
      sources[r] = source.row(row);
      targets[r] = target.row(row);
    }
    for (std::size_t i = 0; i < plan.outputs(); ++i) {
      const std::size_t steps = (static_cast<std::size_t>(plan.count[i]) + kPixelsAtOnce - 1) / kPixelsAtOnce;
      resample_pixel(sources, 3 * static_cast<std::size_t>(plan.first[i]), &groups[i * groups_per_output],
                     steps, targets, 3 * i);
    }
  }
  return readable;
}

/// Two rows' weights of one step of the rows' pass: pairs for every 32 bits.
struct WeightPair {
  Vector low, high;
};

SHOAL_TARGET_INLINE WeightPair pair_weights(std::int32_t a, std::int32_t b) {
  return {Lanes::all32((b & kLowMask) << 16 | (a & kLowMask)),
          Lanes::all32((b >> kLowBits) << 16 | (a >> kLowBits))};
}

/// A vector of output bytes: as many columns by `count` rows that begin at `first`.
SHOAL_TARGET_INLINE Vector resample_bytes(const std::uint8_t* first, std::size_t stride,
                                          const std::int32_t* weights, std::int32_t count) {
  const Vector zero = Lanes::all32(0);
  Vector low[4] = {}, high[4] = {};
  for (std::int32_t j = 0; j < count; j += 2) {
    const std::uint8_t* row = first + static_cast<std::size_t>(j) * stride;
    const bool last = j + 1 == count;  // an odd last row is paired with itself; the second weight is 0 there
    const Vector a = Lanes::load(row);
    const Vector b = Lanes::load(last ? row : row + stride);
    const WeightPair pair = pair_weights(weights[j], last ? 0 : weights[j + 1]);
    const Vector front = Lanes::mix_low8(a, b);
    const Vector back = Lanes::mix_high8(a, b);
    const Vector samples[4] = {Lanes::mix_low8(front, zero), Lanes::mix_high8(front, zero),
                               Lanes::mix_low8(back, zero), Lanes::mix_high8(back, zero)};
#pragma GCC unroll 4
    for (int quarter = 0; quarter < 4; ++quarter) {
      low[quarter] = Lanes::add32(low[quarter], Lanes::multiply_add16(samples[quarter], pair.low));
      high[quarter] = Lanes::add32(high[quarter], Lanes::multiply_add16(samples[quarter], pair.high));
    }
  }
  // Mixing split the quarters within lanes, and narrowing puts them back within lanes: the order is kept.
  return Lanes::to_bytes(Lanes::to_words(finish(low[0], high[0]), finish(low[1], high[1])),
                         Lanes::to_words(finish(low[2], high[2]), finish(low[3], high[3])));
}

/// As resample_rows; returns how many of row_bytes were done: all, or none where a row is narrower than a
/// vector.
SHOAL_TARGET std::size_t resample_rows_by_lanes(const SourceRows& source, std::int32_t origin,
                                                std::size_t row_bytes, const AxisPlan& plan,
                                                const TargetRows& target) {
  if (row_bytes < sizeof(Vector)) return 0;
  for (std::size_t i = 0; i < plan.outputs(); ++i) {
    const std::uint8_t* first = source.row(static_cast<std::size_t>(plan.first[i] - origin));
    for (std::size_t x = 0; x < row_bytes; x += sizeof(Vector)) {
      const std::size_t from = std::min(x, row_bytes - sizeof(Vector));  // the last one overlaps
      Lanes::store(target.row(i) + from,
                   resample_bytes(first + from, source.stride, plan.weights_of(i), plan.count[i]));
    }
  }
  return row_bytes;
}

}  // namespace
}  // namespace shoal
