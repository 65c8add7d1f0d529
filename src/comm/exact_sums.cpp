// One allreduce for the bound, one for the sum.
#include "shoal/comm/exact_sums.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/base/error.hpp"

namespace shoal {

FixedPoint agree_on_scale(Communicator& comm, double bound, std::int64_t count) {
  // A NaN would get lost in a maximum: it travels as infinity.
  const double global = comm.max(std::isfinite(bound) ? bound : HUGE_VAL);
  if (!std::isfinite(global)) {
    throw FailureError("a value to be summed is not a finite number; the stage that made it is at fault");
  }
  return FixedPoint::for_sums_of(global, static_cast<std::uint64_t>(std::max<std::int64_t>(count, 1)));
}

double exact_sum(Communicator& comm, const FixedPoint& scale, std::span<const double> mine) {
  std::int64_t sum = 0;
  for (const double value : mine) sum += scale.encode(value);
  return scale.decode(comm.sum(sum));
}

}  // namespace shoal
