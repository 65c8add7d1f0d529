// Conveniences that every communicator has.
#include "shoal/comm/communicator.hpp"

namespace shoal {

std::int64_t Communicator::sum(std::int64_t value) {
  allreduce_sum(std::span(&value, 1));
  return value;
}

std::int64_t Communicator::max(std::int64_t value) {
  allreduce_max(std::span(&value, 1));
  return value;
}

double Communicator::max(double value) {
  allreduce_max(std::span(&value, 1));
  return value;
}

std::int64_t Communicator::exclusive_sum(std::int64_t value) {
  std::vector<std::int64_t> values(static_cast<std::size_t>(size()), 0);
  values[static_cast<std::size_t>(rank())] = value;
  allreduce_sum(values);
  std::int64_t before = 0;
  for (int r = 0; r < rank(); ++r) before += values[static_cast<std::size_t>(r)];
  return before;
}

}  // namespace shoal
