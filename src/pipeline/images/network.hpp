// What turns a job's images into numbers, and what it needs for that.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/images/settings.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {

/// The weights that a VGG network's features need. Throws InputError as WeightFile does, and where there is
/// no such file.
WeightFile open_weights(const ImageSettings& settings);

/// What the weights of a job are, for provenance and keys.
struct WeightsRecord {
  std::string digest;  ///< SHA-256 of the file
  std::string origin;
  bool trained = true;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& digest& origin& trained;
  }
};
/// Nothing for raw pixels. Rank 0 looks. Throws as open_weights does. Collective.
std::optional<WeightsRecord> record_weights(Communicator& comm, const ImageSettings& settings);

/// The network of a job with VGG features.
NetworkSpec image_network_spec(const ImageSettings& settings, std::int64_t tile_images);

/// On this rank alone. threads: how many tiles may be in work at the same time. Throws InputError for weights
/// of another model.
std::unique_ptr<Network> make_image_network(Backend& backend, const ImageSettings& settings,
                                            std::int64_t tile_images, int threads);
/// On all ranks. On processors the ranks of a node share the weights, and the first of them reads the file;
/// on GPUs each rank does. Throws InputError, on all ranks, where it is another one than was recorded.
/// Collective.
std::unique_ptr<Network> make_image_network(Communicator& comm, Backend& backend,
                                            const ImageSettings& settings,
                                            const std::optional<WeightsRecord>& record,
                                            std::int64_t tile_images, int threads);

/// Seconds that a worker takes for a tile: the second of two.
double seconds_of_tile(Backend& backend, const ImageSettings& settings, std::int64_t tile_images);

/// What that network takes of memory.
NetworkMemory image_network_memory(const Backend& backend, const ImageSettings& settings,
                                   std::int64_t tile_images, int threads);

/// The name of a feature: an ImageNet class, or the layer and a number.
std::string feature_name(const ImageSettings& settings, std::int64_t column);

}  // namespace shoal
