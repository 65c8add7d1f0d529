// The most probable classes of each image.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shoal/data/matrix.hpp"

namespace shoal {

/// Of every image the class that takes one place, and its probability.
struct ImageLabels {
  std::vector<std::int32_t> classes;
  std::vector<float> probabilities;
};

/// The first `count` places, the most probable first; equal ones by the class's number.
/// probabilities: images x classes.
std::vector<ImageLabels> top_labels(const DenseView& probabilities, std::int64_t count);

/// The column of the classes at a place, counted from 0: "label_1".
std::string label_column(std::int64_t place);

}  // namespace shoal
