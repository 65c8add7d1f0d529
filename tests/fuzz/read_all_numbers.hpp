// What every target of weights does with what it could read.
#pragma once

#include <span>
#include <vector>

#include "vision/weights/table.hpp"

namespace shoal {

/// Reads every number of a table, so that a place outside of the file is noticed.
inline void read_all_numbers(std::span<const std::byte> file, const WeightTable& table) {
  for (const auto& [name, tensor] : table.tensors) {
    if (!tensor.fault.empty()) continue;
    std::vector<float> values(static_cast<std::size_t>(elements_of(tensor.shape, name)));
    copy_numbers(file, tensor, values);
  }
}

}  // namespace shoal
