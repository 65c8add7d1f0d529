// Softmax; a row's bits depend on nothing but that row.
#include "softmax.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "shoal/base/deterministic_math.hpp"

namespace shoal {

void softmax(float* values, std::int64_t rows, std::int64_t columns) {
  const auto n = static_cast<std::size_t>(columns);
  std::vector<double> powers(n);
  for (std::int64_t r = 0; r < rows; ++r) {
    const std::span row(values + r * columns, n);
    const auto largest = static_cast<double>(*std::max_element(row.begin(), row.end()));
    double sum = 0.0;
    for (std::size_t i = 0; i < n; ++i) {
      powers[i] = deterministic_exp(static_cast<double>(row[i]) - largest);
      sum += powers[i];
    }
    for (std::size_t i = 0; i < n; ++i) row[i] = static_cast<float>(powers[i] / sum);
  }
}

}  // namespace shoal
