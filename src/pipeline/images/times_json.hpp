// The times of the images stage as run.json tells them.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "pipeline/images/times.hpp"

namespace shoal {

nlohmann::json image_times_json(const ImageTimes& times);

}  // namespace shoal
