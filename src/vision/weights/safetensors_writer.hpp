// Writes safetensors: the header, and then tensors in its order.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "shoal/vision/vgg.hpp"

namespace shoal {

/// Everything before the data: the header's length and text, filled up with spaces as the format allows so
/// that the data is aligned. metadata: in the order in which it is to be written.
std::string safetensors_header(const std::vector<std::pair<std::string, std::string>>& metadata,
                               const std::vector<TensorShape>& tensors);

}  // namespace shoal
