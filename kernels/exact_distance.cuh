// Squared distances in double whose bits are a definition, as on the CPU: eight lanes, lane i % 8 takes
// element i in rising order, products and sums rounded one by one, then the lanes
// ((0+4)+(2+6))+((1+5)+(3+7)).
#pragma once

#include <cuda_runtime.h>

#include <cstdint>

#include "launch.cuh"

namespace shoal {

constexpr int kDistanceLanes = 8;

/// The sum of eight neighbouring threads' lanes, for all of them. All threads of the warp must call it.
__device__ inline double add_lanes(double lane) {
  lane += __shfl_xor_sync(kWholeWarp, lane, 4);
  lane += __shfl_xor_sync(kWholeWarp, lane, 2);
  return lane + __shfl_xor_sync(kWholeWarp, lane, 1);
}

/// This thread's lane of |x - c|^2.
__device__ inline double distance_lane(const float* x, const double* c, std::int64_t columns) {
  double sum = 0.0;
  for (std::int64_t i = thread_number() % kDistanceLanes; i < columns; i += kDistanceLanes) {
    const double difference = static_cast<double>(x[i]) - c[i];
    sum += difference * difference;
  }
  return sum;
}

/// |x - c|^2 by one thread alone.
__device__ inline double whole_distance(const float* x, const double* c, std::int64_t columns) {
  double lanes[kDistanceLanes] = {};
#pragma unroll
  for (int lane = 0; lane < kDistanceLanes; ++lane) {
    for (std::int64_t i = lane; i < columns; i += kDistanceLanes) {
      const double difference = static_cast<double>(x[i]) - c[i];
      lanes[lane] += difference * difference;
    }
  }
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

/// This thread's lane of |x|^2.
template <class Number>
__device__ double norm_lane(const Number* x, std::int64_t columns) {
  double sum = 0.0;
  for (std::int64_t i = thread_number() % kDistanceLanes; i < columns; i += kDistanceLanes) {
    const auto value = static_cast<double>(x[i]);
    sum += value * value;
  }
  return sum;
}

}  // namespace shoal
