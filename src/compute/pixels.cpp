// Normalisation by table, and adaptive averages; both a negligible part of a network's time.
#include "pixels.hpp"

namespace shoal {

NormalisationTable normalisation_table(const Normalisation& normalisation) {
  NormalisationTable table{};
  for (std::size_t plane = 0; plane < 3; ++plane) {
    table.channel[plane] = normalisation.bgr ? 2 - plane : plane;
    for (std::size_t x = 0; x < 256; ++x) {
      table.value[plane][x] = (static_cast<float>(x) / normalisation.divisor - normalisation.mean[plane]) /
                              normalisation.std[plane];
    }
  }
  return table;
}

void normalise(std::span<const std::uint8_t> pixels, const NormalisationTable& table, float* planes) {
  const std::size_t n = pixels.size() / 3;
  const auto [first, second, third] = table.channel;
  for (std::size_t i = 0; i < n; ++i) {
    planes[i] = table.value[0][pixels[3 * i + first]];
    planes[n + i] = table.value[1][pixels[3 * i + second]];
    planes[2 * n + i] = table.value[2][pixels[3 * i + third]];
  }
}

namespace {

/// Half-open range of input rows (or columns) that output cell i averages.
struct Window {
  std::int64_t begin;
  std::int64_t end;
};

Window window_of(std::int64_t cell, std::int64_t n, std::int64_t side) {
  return {cell * n / side, ((cell + 1) * n + side - 1) / side};
}

float mean_of(const float* plane, std::int64_t n, Window rows, Window columns) {
  double sum = 0.0;
  for (std::int64_t y = rows.begin; y < rows.end; ++y) {
    for (std::int64_t x = columns.begin; x < columns.end; ++x) sum += static_cast<double>(plane[y * n + x]);
  }
  const std::int64_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
  return static_cast<float>(sum / static_cast<double>(count));
}

}  // namespace

void adaptive_average_pool(const float* from, std::int64_t channels, std::int64_t n, std::int64_t side,
                           float* to) {
  for (std::int64_t channel = 0; channel < channels; ++channel) {
    for (std::int64_t y = 0; y < side; ++y) {
      for (std::int64_t x = 0; x < side; ++x) {
        *to++ = mean_of(from + channel * n * n, n, window_of(y, n, side), window_of(x, n, side));
      }
    }
  }
}

}  // namespace shoal
