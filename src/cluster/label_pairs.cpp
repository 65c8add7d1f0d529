// One allreduce of a dense table.
#include "label_pairs.hpp"

#include "shoal/base/check.hpp"

namespace shoal {

LabelPairs count_label_pairs(Communicator& comm, std::span<const std::int32_t> a, std::int64_t k_a,
                             std::span<const std::int32_t> b, std::int64_t k_b) {
  SHOAL_EXPECT(a.size() == b.size() && k_a >= 0 && k_b >= 0);
  LabelPairs pairs{k_a, k_b, {}};
  pairs.counts.resize(static_cast<std::size_t>((k_a + 1) * (k_b + 1)));
  for (std::size_t i = 0; i < a.size(); ++i) {
    SHOAL_EXPECT(-1 <= a[i] && a[i] < k_a && -1 <= b[i] && b[i] < k_b);
    ++pairs.counts[static_cast<std::size_t>((a[i] + 1) * (k_b + 1) + b[i] + 1)];
  }
  comm.allreduce_sum(pairs.counts);
  return pairs;
}

}  // namespace shoal
