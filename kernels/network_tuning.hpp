// By which plans of cuDNN's a network's convolutions are computed.
#pragma once

#include <string>
#include <vector>

#include "network_plan.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

/// In place of a plan of cuDNN's where it has none to be trusted: the convolution is ours.
inline constexpr const char* kPlanOfOurs = "shoal";

/// A plan for each of plan.convolutions, separated by blanks; equal ones are timed once. For the device that
/// is set.
std::string tune_convolutions(const NetworkPlan& plan, Precision precision);

/// The same as a list. Throws FailureError where there are not as many as the network has convolutions.
std::vector<std::string> plans_of(const std::string& text, const NetworkPlan& plan);

}  // namespace shoal
