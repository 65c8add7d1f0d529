// Squared distances and norms in double whose bits are a definition: eight lanes, lane i % 8 takes element i
// in rising order, products and sums rounded one by one, then the lanes ((0+4)+(2+6))+((1+5)+(3+7)).
#pragma once

#include <cstdint>

#include "shoal/base/processor.hpp"

namespace shoal {

/// |x - c|^2 over n elements.
double squared_distance(const float* x, const double* c, std::int64_t n, InstructionLevel level);
/// |x|^2 over n elements.
double squared_norm(const float* x, std::int64_t n, InstructionLevel level);
double squared_norm(const double* x, std::int64_t n);

}  // namespace shoal
