// What is known of a row's nearest centroid after some of them. Three numbers a row and no matrix of scores.
#pragma once

#include <cstdint>
#include <limits>

namespace shoal {

template <class Number>
struct alignas(4 * sizeof(Number)) Standing {
  static constexpr Number kInfinity = std::numeric_limits<Number>::infinity();

  Number limit = kInfinity;   ///< the minimum is not above this
  Number least = kInfinity;   ///< the lowest that any centroid may reach
  Number second = kInfinity;  ///< the lowest that any other may reach
  std::int32_t label = 0;     ///< whose `least` it is
};

}  // namespace shoal
