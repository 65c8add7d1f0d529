// By which of cuDNN's plans, or our kernel, a network's convolutions are computed.
#pragma once

#include <string>
#include <vector>

#include "network_plan.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

/// A plan for each of plan.convolutions, kPlanOfOurs where our kernel is faster or cuDNN has none to be
/// trusted, separated by blanks; equal ones are timed once. For the device that is set.
std::string tune_convolutions(const NetworkPlan& plan, Precision precision);

/// The same as a list. Throws FailureError where there are not as many as the network has convolutions.
std::vector<std::string> plans_of(const std::string& text, const NetworkPlan& plan);

}  // namespace shoal
