// The state as plain numbers, one after the other.
#include "kmeans_state.hpp"

#include "shoal/base/packing.hpp"

namespace shoal {

std::vector<std::byte> pack(const KMeansState& state) {
  Packer packer;
  packer.reserve(8 * (7 + state.centroids.size() + state.best.centroids.size()));
  packer.number(state.restart);
  packer.number(state.iteration);
  packer.numbers(state.centroids);
  packer.number(state.best.restart);
  packer.number(state.best.iterations);
  packer.number(state.best.inertia);
  packer.numbers(state.best.centroids);
  return packer.take();
}

KMeansState unpack(std::span<const std::byte> bytes) {
  Unpacker unpacker(bytes, "a k-means checkpoint");
  KMeansState state;
  state.restart = unpacker.number();
  state.iteration = unpacker.number();
  state.centroids = unpacker.numbers();
  state.best.restart = unpacker.number();
  state.best.iterations = unpacker.number();
  state.best.inertia = unpacker.number();
  state.best.centroids = unpacker.numbers();
  return state;
}

}  // namespace shoal
