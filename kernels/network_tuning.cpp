// Tunes each distinct convolution of a network.
#include "network_tuning.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>

#include "cudnn_tuning.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace {

std::string plan_for(Cudnn& cudnn, const ConvolutionShape& shape, bool bf16, Stream& stream) {
  std::string plan = fastest_plan(cudnn, shape, bf16, stream);
  if (!plan.empty()) return plan;
  log::warning(
      "cuDNN has no plan that gives the right bits each time for a convolution of {} to {} channels at {} x "
      "{} in {}: it is computed by Shoal's own kernel",
      shape.from.channels, shape.out, shape.from.side, shape.from.side, bf16 ? "bfloat16" : "float32");
  return kPlanOfOurs;
}

}  // namespace

std::string tune_convolutions(const NetworkPlan& plan, Precision precision) {
  Stream stream;
  Cudnn cudnn(stream);
  const auto& shapes = plan.convolutions;
  std::vector<std::string> plans;
  for (auto shape = shapes.begin(); shape != shapes.end(); ++shape) {
    const auto earlier = static_cast<std::size_t>(std::find(shapes.begin(), shape, *shape) - shapes.begin());
    plans.push_back(earlier < plans.size() ? plans[earlier]
                                           : plan_for(cudnn, *shape, precision == Precision::bf16, stream));
  }
  return fmt::format("{}", fmt::join(plans, " "));
}

std::vector<std::string> plans_of(const std::string& text, const NetworkPlan& plan) {
  std::istringstream words(text);
  std::vector<std::string> plans;
  for (std::string word; words >> word;) plans.push_back(word);
  if (plans.size() == plan.convolutions.size()) return plans;
  throw FailureError(
      fmt::format("{} plans of cuDNN's are given for a network of {} convolutions after the first layer; "
                  "measure them anew with --fresh",
                  plans.size(), plan.convolutions.size()));
}

}  // namespace shoal
