// Products of blocks that every rank has: each entry is one chain over rising rows or columns.
#pragma once

#include <vector>

#include "block.hpp"
#include "shoal/base/processor.hpp"

namespace shoal {

/// Threads and instructions, of which no result depends on either.
struct Workers {
  int threads = 1;
  InstructionLevel level = InstructionLevel::baseline;
};

/// x' z: x.width() x z.width().
Block transposed_product(const Block& x, const Block& z, const Workers& workers);

/// x q. q: x.width() x any width.
Block product(const Block& x, const Block& q, const Workers& workers);

/// |x_j|^2 for each column, and zeros for those that fill up the last slice.
std::vector<double> squared_lengths(const Block& x, const Workers& workers);

}  // namespace shoal
