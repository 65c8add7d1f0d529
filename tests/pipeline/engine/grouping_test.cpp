// Groups in the order that results have them.
#include "pipeline/engine/grouping.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Grouping, IsNumberedByFallingSizeAndTiesByTheOldNumber) {
  Grouping grouping;
  grouping.labels = {0, 1, 1, 2, 3, 3, -1};
  grouping.sizes = {1, 2, 1, 2};
  grouping.centroids = Centroids{2, {0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5}};
  order_by_size(grouping);
  EXPECT_EQ(grouping.sizes, (std::vector<std::int64_t>{2, 2, 1, 1}));
  EXPECT_EQ(grouping.labels, (std::vector<std::int32_t>{2, 0, 0, 3, 1, 1, -1}));
  EXPECT_EQ(grouping.centroids->values, (std::vector<double>{1.0, 1.5, 3.0, 3.5, 0.0, 0.5, 2.0, 2.5}));
  EXPECT_EQ(grouping.labelled(), 6);
}

TEST(Grouping, WithoutGroupsStaysEmpty) {
  Grouping grouping;
  grouping.labels = {-1, -1};
  order_by_size(grouping);
  EXPECT_EQ(grouping.labels, (std::vector<std::int32_t>{-1, -1}));
  EXPECT_EQ(grouping.labelled(), 0);
}

}  // namespace
}  // namespace shoal
