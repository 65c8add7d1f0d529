// Pixels as features of their own, behind the seam of networks.
#pragma once

#include <cstdint>
#include <memory>

#include "shoal/compute/network.hpp"

namespace shoal {

/// A network without layers and weights: each image's side x side x 3 values, 0 to 255, by row, column and
/// channel.
std::unique_ptr<Network> make_raw_pixels(std::int64_t side, std::int64_t tile_images, int workers);

}  // namespace shoal
