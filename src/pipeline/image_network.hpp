// What turns a job's images into numbers, and what it needs for that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "shoal/compute/backend.hpp"
#include "shoal/pipeline/job.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {

/// The weights that the features need; nothing for raw pixels. Throws InputError as WeightFile does, and
/// where there is no such file.
std::optional<WeightFile> open_weights(const ImageFeatures& settings);

/// weights: as open_weights gave them; closed when the network has its own. threads: how many tiles may be in
/// work at the same time. Throws InputError for weights of another model.
std::unique_ptr<Network> make_image_network(Backend& backend, const ImageFeatures& settings,
                                            std::optional<WeightFile> weights, std::int64_t tile_images,
                                            int threads);

/// What that network takes of memory.
NetworkMemory image_network_memory(const Backend& backend, const ImageFeatures& settings,
                                   std::int64_t tile_images);

/// The name of each of `count` features: an ImageNet class, or the layer and a number.
std::vector<std::string> feature_names(const ImageFeatures& settings, std::int64_t count);

}  // namespace shoal
