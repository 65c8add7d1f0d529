// k-means beside what scikit-learn made of the same rows from the same centroids: golden/kmeans.txt, which
// tools/judges writes.
#include "shoal/cluster/kmeans.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "shoal/comm/row_exchange.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

TEST(KMeans, GivesScikitLearnsGroups) {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/kmeans.txt");
  std::string versions;
  ASSERT_TRUE(std::getline(golden, versions)) << "golden/kmeans.txt cannot be read";
  SCOPED_TRACE(versions);
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::int64_t iterations = 0;
  KMeansSettings settings;
  golden >> rows >> columns >> settings.k >> iterations;
  DenseMatrix matrix(rows, columns);
  for (float& value : matrix.values) golden >> value;
  settings.start.emplace(static_cast<std::size_t>(settings.k * columns));
  for (double& value : *settings.start) golden >> value;
  std::vector<std::int32_t> labels(static_cast<std::size_t>(rows));
  for (std::int32_t& label : labels) golden >> label;
  double inertia = 0.0;
  golden >> inertia;
  ASSERT_TRUE(golden) << "golden/kmeans.txt is cut short";
  settings.tol = 0.0;
  const auto single = make_single_rank();
  const auto backend = make_cpu_backend({1, detect_instruction_level()});
  const DenseRowsInMemory source({matrix.values.data(), rows, columns}, {0, rows}, rows);
  NoCheckpoint none;
  const KMeansResult found = kmeans(*single, backend->arrays(), source, settings, none);
  EXPECT_EQ(found.labels, labels);
  EXPECT_NEAR(found.inertia, inertia, 1e-6 * inertia);
  EXPECT_GE(iterations, 3) << "too easy to tell k-means from anything else";
}

}  // namespace
}  // namespace shoal
