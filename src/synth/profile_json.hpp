// A made profile in the profile JSON format (docs/inputs.md).
#pragma once

#include <span>
#include <string>

#include "posts.hpp"

namespace shoal {

std::string profile_json(const MadeProfile& profile, std::span<const MadePost> posts);

}  // namespace shoal
