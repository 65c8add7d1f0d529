// Sums over the rows of all ranks whose bits do not depend on the ranks.
#pragma once

#include <cstdint>
#include <span>

#include "shoal/base/fixed_point.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// The scale for sums over all ranks: bound is this rank's largest |x|, count the global number of addends.
/// Collective. Throws FailureError if a bound is not finite.
FixedPoint agree_on_scale(Communicator& comm, double bound, std::int64_t count);

/// The sum of all ranks' values under a common scale. Collective.
double exact_sum(Communicator& comm, const FixedPoint& scale, std::span<const double> mine);

}  // namespace shoal
