// The tensors of a compiled network in one piece of memory: planned first, so that their size is known before
// any of them is read.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <vector>

#include "shoal/compute/weight_memory.hpp"

namespace shoal {

class WeightLayout {
 public:
  using Write = std::function<void(std::byte* to)>;

  /// A tensor of so many bytes, which `write` writes when the time comes. Returns where it will lie, on a
  /// cache line's boundary.
  std::size_t add(std::size_t bytes, Write write);
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  /// All tensors, written.
  [[nodiscard]] std::span<const std::byte> place(WeightMemory& memory) const;

 private:
  struct Tensor {
    std::size_t offset;
    Write write;
  };
  std::vector<Tensor> tensors_;
  std::size_t bytes_ = 0;
};

}  // namespace shoal
