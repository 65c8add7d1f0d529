// Where a network keeps its weights as it lays them out: in memory of its own process, or in memory that
// several processes share.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

namespace shoal {

class WeightMemory {
 public:
  using Fill = std::function<void(std::span<std::byte>)>;

  virtual ~WeightMemory() = default;
  /// So many bytes, on a cache line's boundary, as `fill` has written them, in this process or in another one
  /// that compiles the same network. Valid as long as this object. A network calls it once. Throws what fill
  /// throws, wherever that was.
  virtual std::span<const std::byte> filled(std::size_t bytes, const Fill& fill) = 0;
};

/// Memory of this process, for itself.
std::unique_ptr<WeightMemory> make_private_weight_memory();

}  // namespace shoal
