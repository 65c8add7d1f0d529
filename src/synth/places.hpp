// Where places of made posts lie.
#pragma once

#include <cstdint>
#include <string>

namespace shoal {

struct MadePlace {
  std::uint64_t id = 0;
  std::string latitude;  ///< decimal degrees
  std::string longitude;
};

/// It is made up from the place's name: the same name always lies there.
MadePlace place_of(const std::string& name);

}  // namespace shoal
