// The triangle filter's weights as integers, rounded at each step where Pillow's Resample.c rounds.
#include <algorithm>
#include <cmath>

#include "resample.hpp"

namespace shoal {
namespace {

/// Height of the triangle of half-width 1 at x.
double triangle(double x) { return std::max(0.0, 1.0 - std::fabs(x)); }

/// A weight of at least 0 in fixed point, to the nearest integer.
std::int32_t to_fixed(double weight) {
  return static_cast<std::int32_t>(0.5 + weight * static_cast<double>(1 << kWeightBits));
}

}  // namespace

AxisPlan plan_axis(std::int64_t in_size, std::int64_t out_size, std::int64_t out_first, int outputs) {
  const double scale = static_cast<double>(in_size) / static_cast<double>(out_size);
  const double support =
      std::max(scale, 1.0);  // half the window's width; enlarging still looks one sample around
  const double samples_to_triangle = 1.0 / support;
  const auto most = std::min<std::int64_t>(2 * static_cast<std::int64_t>(std::ceil(support)) + 1, in_size);

  AxisPlan plan;
  plan.taps = static_cast<int>((most + 3) / 4 * 4);
  plan.weights.resize(static_cast<std::size_t>(outputs) * static_cast<std::size_t>(plan.taps));
  std::vector<double> exact;
  for (std::int64_t i = 0; i < outputs; ++i) {
    const double centre = (static_cast<double>(out_first + i) + 0.5) * scale;
    const auto begin = std::max<std::int64_t>(static_cast<std::int64_t>(centre - support + 0.5), 0);
    const auto end = std::min<std::int64_t>(static_cast<std::int64_t>(centre + support + 0.5), in_size);
    exact.clear();
    double sum = 0.0;
    for (std::int64_t j = 0; j < end - begin; ++j) {
      exact.push_back(triangle((static_cast<double>(j + begin) - centre + 0.5) * samples_to_triangle));
      sum += exact.back();
    }
    auto* weights = plan.weights.data() + i * plan.taps;
    for (std::size_t j = 0; j < exact.size(); ++j)
      weights[j] = to_fixed(sum != 0.0 ? exact[j] / sum : exact[j]);
    plan.first.push_back(static_cast<std::int32_t>(begin));
    plan.count.push_back(static_cast<std::int32_t>(end - begin));
  }
  return plan;
}

}  // namespace shoal
