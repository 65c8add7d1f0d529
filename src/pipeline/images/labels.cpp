// Places among the classes, image by image.
#include "pipeline/images/labels.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace shoal {

std::vector<ImageLabels> top_labels(const DenseView& probabilities, std::int64_t count) {
  std::vector<ImageLabels> places(static_cast<std::size_t>(count));
  std::vector<std::int32_t> order(static_cast<std::size_t>(probabilities.columns));
  for (std::int64_t i = 0; i < probabilities.rows; ++i) {
    const auto row = probabilities.row(i);
    const auto at = [&](std::int32_t c) { return row[static_cast<std::size_t>(c)]; };
    std::iota(order.begin(), order.end(), 0);
    // Weights that are absurdly large leave NaN, which has no order: as less than any probability it has one.
    const auto before = [&](std::int32_t a, std::int32_t b) {
      const float of_a = at(a) >= 0.0F ? at(a) : -1.0F;
      const float of_b = at(b) >= 0.0F ? at(b) : -1.0F;
      return of_a != of_b ? of_a > of_b : a < b;
    };
    std::partial_sort(order.begin(), order.begin() + count, order.end(), before);
    for (std::size_t place = 0; place < places.size(); ++place) {
      places[place].classes.push_back(order[place]);
      places[place].probabilities.push_back(at(order[place]));
    }
  }
  return places;
}

std::string label_column(std::int64_t place) { return fmt::format("label_{}", place + 1); }

}  // namespace shoal
