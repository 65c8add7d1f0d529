// The backend seam: networks and array operations, implemented on the CPU here and with CUDA in kernels/.
// Algorithms are written once above it.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "shoal/compute/arrays.hpp"
#include "shoal/compute/network.hpp"
#include "shoal/compute/weight_memory.hpp"

namespace shoal {

class Backend {
 public:
  virtual ~Backend() = default;

  /// A network ready to run on tiles of `spec.tile_images` images. The weights are read during the call,
  /// where the memory is to be filled by this process at all, and not referred to afterwards. Throws
  /// UsageError for a precision that the processor lacks.
  virtual std::unique_ptr<Network> compile(const NetworkSpec& spec, const WeightSource& weights,
                                           std::unique_ptr<WeightMemory> memory) = 0;
  /// The same with memory of its own.
  std::unique_ptr<Network> compile(const NetworkSpec& spec, const WeightSource& weights) {
    return compile(spec, weights, make_private_weight_memory());
  }
  /// Measures how such a network is computed fastest here, for spec.plans: of the same spec on all backends
  /// of the same numeric identity, whose networks then give the same bits. Empty where there is no choice, as
  /// there is one with the engine cudnn only.
  virtual std::string tune(const NetworkSpec&) { return {}; }
  /// What a network compiled from the same spec will take.
  [[nodiscard]] virtual NetworkMemory network_memory(const NetworkSpec& spec) const = 0;
  /// What arrays() takes of this process's memory for a clustering, in bytes, beyond what it is given.
  [[nodiscard]] virtual std::int64_t clustering_memory(const ClusteringShape&) const { return 0; }
  /// A sentence, with sizes and advice, where memory of the backend's own, a GPU's, cannot hold a network or
  /// a clustering, however much of it is free; empty where it can.
  [[nodiscard]] virtual std::string why_no_room(const NetworkSpec&) const { return {}; }
  [[nodiscard]] virtual std::string why_no_room(const ClusteringShape&) const { return {}; }
  virtual ArrayOperations& arrays() = 0;
  /// Whether compile() keeps weights in the memory it is given, so that processes can share them.
  [[nodiscard]] virtual bool uses_weight_memory() const = 0;

  /// Images that a tile of such a network should have, whatever spec.tile_images says: as many as pay and as
  /// there is memory for. Divides a block of 256.
  [[nodiscard]] virtual std::int64_t tile_images(const NetworkSpec& spec) const = 0;
  /// What computes convolutions, as job files spell it; empty where there is no choice.
  [[nodiscard]] virtual std::string engine() const { return {}; }
  /// A sentence where a precision is not offered here; empty where it is.
  [[nodiscard]] virtual std::string why_not(Precision precision) const = 0;

  /// What decides the bits of results: library, version, instruction level. Part of stage keys.
  [[nodiscard]] virtual std::string numeric_identity() const = 0;
  /// For a person: device, threads.
  [[nodiscard]] virtual std::string description() const = 0;
};

}  // namespace shoal
