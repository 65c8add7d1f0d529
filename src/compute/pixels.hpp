// The two ends of a network's image part that are plain loops: pixels to planes, and averages over windows.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "shoal/compute/network.hpp"

namespace shoal {

/// What every value of a channel becomes, for each plane of the network's input.
struct NormalisationTable {
  std::array<std::size_t, 3> channel{};  ///< of the pixel, by plane
  std::array<std::array<float, 256>, 3> value{};
};
NormalisationTable normalisation_table(const Normalisation& normalisation);

/// pixels: (n, 3) uint8, interleaved. planes: (3, n).
void normalise(std::span<const std::uint8_t> pixels, const NormalisationTable& table, float* planes);

/// from: (channels, n, n). to: (channels, side, side). Cell i averages floor(i n / side) .. ceil((i + 1) n /
/// side) of both directions; where n is side that is a copy.
void adaptive_average_pool(const float* from, std::int64_t channels, std::int64_t n, std::int64_t side,
                           float* to);

}  // namespace shoal
