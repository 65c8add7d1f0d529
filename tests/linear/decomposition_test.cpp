// Decompositions on any number of ranks: the bits of one rank, and what defines them.
#include "shoal/linear/decomposition.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>

#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/linear/column_moments.hpp"
#include "support/made_arrays.hpp"
#include "support/mpi_world.hpp"

namespace shoal {
namespace {

using testing::made_rows;
using testing::world;

/// Rows of a few subjects: a row has some of its subject's columns, and now and then any other.
CsrMatrix made_tags(std::int64_t rows, std::int64_t columns) {
  const RandomStream draws(7, "tags");
  CsrMatrix matrix;
  matrix.columns = columns;
  for (std::int64_t i = 0; i < rows; ++i) {
    const auto row = static_cast<std::uint64_t>(i);
    const auto subject = static_cast<std::int64_t>(draws.below(9, 0, row));
    for (std::int64_t c = 0; c < columns; ++c) {
      const double likely = c % 9 == subject ? 2.0 / (1.0 + static_cast<double>(c) / 9.0) : 0.02;
      if (draws.uniform(1 + static_cast<std::uint64_t>(c), row) > likely) continue;
      matrix.indices.push_back(static_cast<std::int32_t>(c));
      matrix.values.push_back(0.5F + static_cast<float>(draws.uniform(1000, static_cast<std::uint64_t>(c))));
    }
    matrix.close_row();
  }
  return matrix;
}

/// This rank's rows of a matrix that everyone has.
struct SparseShare {
  SparseShare(Communicator& comm, const CsrMatrix& all)
      : range(BlockPartition(all.rows(), comm.size()).owned_by(comm.rank())),
        view(SparseRowsInMemory(all.view(), {0, all.rows()}, all.rows()).rows(range.begin, range.size())),
        rows(view, range, all.rows()) {}
  RowRange range;
  CsrView view;
  SparseRowsInMemory rows;
};

struct DenseShare {
  DenseShare(Communicator& comm, const DenseMatrix& all, const std::vector<std::uint8_t>& present = {})
      : range(BlockPartition(all.rows, comm.size()).owned_by(comm.rank())),
        rows{{all.values.data() + range.begin * all.columns, range.size(), all.columns}, range, {}} {
    if (present.empty()) return;
    rows.present = std::span(present).subspan(static_cast<std::size_t>(range.begin),
                                              static_cast<std::size_t>(range.size()));
  }
  RowRange range;
  MaskedRows rows;
};

Decomposition svd(Communicator& comm, const CsrMatrix& all, const DecompositionSettings& settings) {
  NoCheckpoint none;
  return truncated_svd(comm, SparseShare(comm, all).rows, settings, none);
}

Decomposition pca(Communicator& comm, const DenseMatrix& all, const DecompositionSettings& settings,
                  const std::vector<std::uint8_t>& present = {}) {
  NoCheckpoint none;
  return principal_components(comm, DenseShare(comm, all, present).rows, settings, none);
}

DenseMatrix dense_of(const CsrMatrix& sparse) {
  DenseMatrix dense(sparse.rows(), sparse.columns);
  for (std::int64_t i = 0; i < sparse.rows(); ++i) {
    const SparseRow row = sparse.view().row(i);
    for (std::size_t e = 0; e < row.columns.size(); ++e)
      dense.row(i)[static_cast<std::size_t>(row.columns[e])] = row.values[e];
  }
  return dense;
}

/// The largest |A'A v - value v|, as a share of the largest value, in plain loops; A has `mean` subtracted.
double plain_residual(const DenseMatrix& a, const std::vector<double>& mean, const Decomposition& found) {
  const auto columns = static_cast<std::size_t>(a.columns);
  double worst = 0.0;
  for (std::int64_t k = 0; k < found.count(); ++k) {
    const double* v = found.components.data() + k * a.columns;
    std::vector<double> image(columns);
    for (std::int64_t i = 0; i < a.rows; ++i) {
      const auto row = a.view().row(i);
      double product = 0.0;
      for (std::size_t c = 0; c < columns; ++c) product += (row[c] - (mean.empty() ? 0.0 : mean[c])) * v[c];
      for (std::size_t c = 0; c < columns; ++c)
        image[c] += (row[c] - (mean.empty() ? 0.0 : mean[c])) * product;
    }
    double rest = 0.0;
    for (std::size_t c = 0; c < columns; ++c) {
      const double difference = image[c] - found.values[static_cast<std::size_t>(k)] * v[c];
      rest += difference * difference;
    }
    worst = std::max(worst, std::sqrt(rest));
  }
  return worst / found.values.front();
}

double farthest_from_orthonormal(const Decomposition& found) {
  double worst = 0.0;
  for (std::int64_t i = 0; i < found.count(); ++i) {
    for (std::int64_t j = 0; j <= i; ++j) {
      const double product = std::inner_product(found.components.begin() + i * found.columns,
                                                found.components.begin() + (i + 1) * found.columns,
                                                found.components.begin() + j * found.columns, 0.0);
      worst = std::max(worst, std::abs(product - (i == j ? 1.0 : 0.0)));
    }
  }
  return worst;
}

void expect_same(const Decomposition& a, const Decomposition& b) {
  EXPECT_EQ(a.components, b.components);
  EXPECT_EQ(a.values, b.values);
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_EQ(a.total, b.total);
  EXPECT_EQ(a.products, b.products);
  EXPECT_EQ(a.residual, b.residual);
}

TEST(TruncatedSvd, FindsWhatIsKnownOfColumnsThatShareNoRow) {
  // Column c has 10 + 3 c rows with the value 2: its eigenvalue is 4 (10 + 3 c).
  CsrMatrix matrix;
  matrix.columns = 50;
  for (std::int64_t c = 0; c < 50; ++c) {
    for (std::int64_t i = 0; i < 10 + 3 * c; ++i) {
      matrix.indices.push_back(static_cast<std::int32_t>(c));
      matrix.values.push_back(c % 2 == 0 ? 2.0F : -2.0F);
      matrix.close_row();
    }
    matrix.close_row();  // a row without entries takes no part
  }
  const Decomposition found = svd(world(), matrix, {.components = 4});
  EXPECT_EQ(found.rows, matrix.rows() - 50);
  EXPECT_EQ(found.total, 4.0 * static_cast<double>(found.rows));
  for (std::size_t k = 0; k < 4; ++k) {
    EXPECT_NEAR(found.values[k], 4.0 * (10.0 + 3.0 * (49.0 - static_cast<double>(k))), 1e-9);
    for (std::size_t c = 0; c < 50; ++c)
      EXPECT_NEAR(found.components[k * 50 + c], c == 49 - k ? 1.0 : 0.0, 1e-8);
  }
  // Posts of the other 46 tags are in no component.
  const SparseShare mine(world(), matrix);
  const ProjectedRows projected = project(mine.view, found, 2);
  for (std::int64_t i = 0; i < projected.rows.rows; ++i) {
    const SparseRow row = mine.view.row(i);
    const bool held = !row.columns.empty() && row.columns[0] >= 46;
    ASSERT_EQ(projected.present[static_cast<std::size_t>(i)], held ? 1 : 0) << "row " << i;
    for (std::int64_t k = 0; k < 4; ++k) {
      const float expected = held && row.columns[0] == 49 - k ? row.values[0] : 0.0F;
      ASSERT_NEAR(projected.rows.view().row(i)[static_cast<std::size_t>(k)], expected, 1e-6);
    }
  }
}

TEST(TruncatedSvd, LeavesTheResidualThatIsPromised) {
  const CsrMatrix tags = made_tags(900, 300);
  const Decomposition found = svd(world(), tags, {.components = 20});
  EXPECT_LE(found.residual, Decomposition::kResidual);
  EXPECT_LE(plain_residual(dense_of(tags), {}, found), 2.0 * Decomposition::kResidual);
  EXPECT_LE(farthest_from_orthonormal(found), 1e-12);
  EXPECT_TRUE(std::is_sorted(found.values.rbegin(), found.values.rend()));
  EXPECT_LT(found.products, 100);
  for (std::int64_t k = 0; k < found.count(); ++k) {
    const auto* v = found.components.data() + k * found.columns;
    const auto* largest =
        std::max_element(v, v + found.columns, [](double a, double b) { return std::abs(a) < std::abs(b); });
    EXPECT_GT(*largest, 0.0);
  }
}

TEST(TruncatedSvd, GivesTheBitsOfOneRankAndOneThread) {
  const CsrMatrix tags = made_tags(900, 300);
  const auto single = make_single_rank();
  const Decomposition expected = svd(*single, tags, {.components = 40, .seed = 5});
  // 4 threads share three slices.
  for (const int threads : {1, 2, 4, 7}) {
    expect_same(svd(world(), tags, {.components = 40, .seed = 5, .threads = threads}), expected);
  }
  const SparseShare mine(world(), tags);
  const ProjectedRows all = project(tags.view(), expected, 1);
  const ProjectedRows own = project(mine.view, expected, 3);
  for (std::int64_t i = 0; i < mine.range.size(); ++i) {
    const auto row = own.rows.view().row(i);
    EXPECT_TRUE(std::ranges::equal(row, all.rows.view().row(mine.range.begin + i)));
  }
  const Decomposition other_seed = svd(world(), tags, {.components = 40, .seed = 6});
  EXPECT_NE(other_seed.components, expected.components);
  for (std::size_t k = 0; k < 40; ++k)
    EXPECT_NEAR(other_seed.values[k], expected.values[k], 1e-10 * expected.values[0]);
}

TEST(TruncatedSvd, ScalesOfSumsAreThoseOfAllRows) {
  // Of one column each rank adds up thousands of entries, and the ranks together more.
  const RandomStream draws(1, "many rows");
  CsrMatrix many;
  many.columns = 40;
  for (std::int32_t i = 0; i < 20000; ++i) {
    many.indices.insert(many.indices.end(), {0, 1 + i % 39});
    const auto row = static_cast<std::uint64_t>(i);
    many.values.push_back(static_cast<float>(draws.uniform(0, row)));
    many.values.push_back(static_cast<float>(draws.uniform(1, row)));
    many.close_row();
  }
  const auto single = make_single_rank();
  expect_same(svd(world(), many, {.components = 5}), svd(*single, many, {.components = 5}));
}

/// Keeps every state, and ends the run at one of them.
class EndingCheckpoint : public Checkpoint {
 public:
  explicit EndingCheckpoint(std::size_t at) : at_(at) {}
  std::optional<State> load() override { return saved_; }
  void save(const std::function<State()>& state, bool last) override {
    saved_ = state();
    ++saves_;
    if (saves_ == at_ || last) throw Interrupted();
  }
  std::size_t saves() const { return saves_; }

 private:
  std::size_t at_;
  std::size_t saves_ = 0;
  std::optional<State> saved_;
};

/// Goes on from a state, and keeps none.
class GivenCheckpoint : public Checkpoint {
 public:
  explicit GivenCheckpoint(std::optional<State> state) : state_(std::move(state)) {}
  std::optional<State> load() override { return state_; }
  void save(const std::function<State()>&, bool) override {}

 private:
  std::optional<State> state_;
};

TEST(TruncatedSvd, GoesOnFromAnyCheckpointToTheSameBits) {
  const CsrMatrix tags = made_tags(600, 200);
  const SparseShare mine(world(), tags);
  const DecompositionSettings settings{.components = 20, .threads = 2};
  const Decomposition expected = svd(world(), tags, settings);
  std::size_t saves = 0;
  for (std::size_t at = 1;; ++at) {
    EndingCheckpoint ending(at);
    EXPECT_THROW(static_cast<void>(truncated_svd(world(), mine.rows, settings, ending)), Interrupted);
    if (ending.saves() < at) break;  // it was the last
    saves = at;
    GivenCheckpoint given(ending.load());
    expect_same(truncated_svd(world(), mine.rows, settings, given), expected);
  }
  EXPECT_GE(saves, 3u);
}

TEST(TruncatedSvd, GivesTheSameBitsAtEveryInstructionLevel) {
  const CsrMatrix tags = made_tags(600, 200);
  const DenseMatrix points = made_rows(600, 45, 3);
  const Decomposition of_tags = svd(world(), tags, {.components = 20});
  const Decomposition of_points = pca(world(), points, {.components = 5});
  for (const char* level : {"baseline", "avx2"}) {
    ASSERT_EQ(setenv("SHOAL_MAX_LEVEL", level, 1), 0);
    expect_same(svd(world(), tags, {.components = 20}), of_tags);
    expect_same(pca(world(), points, {.components = 5}), of_points);
    const ProjectedRows low = project(tags.view(), of_tags, 1);
    unsetenv("SHOAL_MAX_LEVEL");
    EXPECT_EQ(low.rows.values, project(tags.view(), of_tags, 1).rows.values);
  }
}

TEST(TruncatedSvd, ValuesOfAnySizeGiveTheSameComponents) {
  const CsrMatrix tags = made_tags(600, 200);
  const Decomposition expected = svd(world(), tags, {.components = 12});
  for (const int exponent : {-100, 60}) {
    CsrMatrix scaled = tags;
    for (float& value : scaled.values) value = std::ldexp(value, exponent);
    const Decomposition found = svd(world(), scaled, {.components = 12});
    EXPECT_EQ(found.components, expected.components) << exponent;
    EXPECT_EQ(found.values[3], std::ldexp(expected.values[3], 2 * exponent)) << exponent;
  }
}

TEST(TruncatedSvd, HasNoTroubleWithEqualValuesAndFewDirections) {
  // All eigenvalues are 3.
  CsrMatrix equal;
  equal.columns = 300;
  for (std::int32_t i = 0; i < 900; ++i) {
    equal.indices.push_back(i % 300);
    equal.values.push_back(1.0F);
    equal.close_row();
  }
  const Decomposition found = svd(world(), equal, {.components = 10});
  for (const double value : found.values) EXPECT_NEAR(value, 3.0, 1e-9);
  EXPECT_LE(farthest_from_orthonormal(found), 1e-12);
  // 24 different rows, each many times, of which 20 directions are asked for.
  const CsrMatrix few = made_tags(24, 200);
  CsrMatrix repeated;
  repeated.columns = 200;
  for (std::int64_t i = 0; i < 600; ++i) {
    const SparseRow row = few.view().row(i % 24);
    repeated.indices.insert(repeated.indices.end(), row.columns.begin(), row.columns.end());
    repeated.values.insert(repeated.values.end(), row.values.begin(), row.values.end());
    repeated.close_row();
  }
  const Decomposition of_few = svd(world(), repeated, {.components = 20});
  EXPECT_LE(plain_residual(dense_of(repeated), {}, of_few), 1e-9);
  EXPECT_LE(farthest_from_orthonormal(of_few), 1e-10);
}

TEST(TruncatedSvd, DropsDirectionsThatAreRoundingAlone) {
  // Of 200 columns three have entries, so that a product has three directions, whatever it is multiplied
  // with.
  CsrMatrix narrow;
  narrow.columns = 200;
  for (std::int32_t i = 0; i < 300; ++i) {
    narrow.indices.push_back(10 * (i % 3));
    narrow.values.push_back(1.0F + static_cast<float>(i % 3));
    narrow.close_row();
  }
  const Decomposition found = svd(world(), narrow, {.components = 2});
  EXPECT_NEAR(found.values[0], 900.0, 1e-9);
  EXPECT_NEAR(found.values[1], 400.0, 1e-9);
  EXPECT_NEAR(found.components[20], 1.0, 1e-9);
  EXPECT_NEAR(found.components[210], 1.0, 1e-9);
}

std::string refusal(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(TruncatedSvd, RefusesWhatCannotBeHadInASentence) {
  const CsrMatrix tags = made_tags(600, 40);
  const auto asking = [](const CsrMatrix& rows, std::int64_t components) {
    return refusal([&] { svd(world(), rows, {.components = components, .name = "features 'less'"}); });
  };
  EXPECT_EQ(asking(tags, 40),
            "features 'less': 40 components are asked for, of 600 rows of 40 numbers; ask for fewer than the "
            "smaller of the two");
  CsrMatrix repeated = tags;
  for (std::int32_t& column : repeated.indices) column %= 40;
  CsrMatrix narrow;  // 30 columns of which 3 have entries
  narrow.columns = 30;
  for (std::int32_t i = 0; i < 90; ++i) {
    narrow.indices.push_back(10 * (i % 3));
    narrow.values.push_back(1.0F + static_cast<float>(i % 3));
    narrow.close_row();
  }
  EXPECT_EQ(
      asking(narrow, 5),
      "features 'less': 5 components are asked for, and the rows have only 3 directions that differ; ask for "
      "at most so many");
  CsrMatrix zeros = narrow;
  std::ranges::fill(zeros.values, 0.0F);
  EXPECT_EQ(asking(zeros, 5),
            "features 'less': all 90 rows are the same, so that there are no components to be had");
  CsrMatrix empty;
  empty.columns = 10;
  EXPECT_EQ(
      asking(empty, 1),
      "features 'less': 1 components are asked for, of 0 rows of 10 numbers; ask for fewer than the smaller "
      "of the two");
  if (world().size() == 1) {
    CsrMatrix broken = narrow;
    broken.values[7] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_THAT(asking(broken, 2), ::testing::HasSubstr("row 7, column 10 holds nan"));
  }
}

TEST(PrincipalComponents, LeaveTheResidualThatIsPromised) {
  DenseMatrix points = made_rows(1100, 70, 8);
  // Far from the origin, and columns of falling size.
  for (std::int64_t i = 0; i < points.rows; ++i) {
    for (std::size_t c = 0; c < 70; ++c)
      points.row(i)[c] = 5.0F + points.row(i)[c] * 30.0F / static_cast<float>(c + 1);
  }
  const Decomposition found = pca(world(), points, {.components = 10});
  const ColumnMoments moments = column_moments(world(), DenseShare(world(), points).rows, 1);
  EXPECT_EQ(found.mean, moments.means);
  EXPECT_LE(plain_residual(points, moments.means, found), 2.0 * Decomposition::kResidual);
  EXPECT_LE(farthest_from_orthonormal(found), 1e-12);
  double variance = 0.0;
  for (const double deviation : moments.deviations) variance += deviation * deviation;
  EXPECT_NEAR(found.total, 1100.0 * variance, 1e-9 * found.total);
}

TEST(PrincipalComponents, GiveTheBitsOfOneRankAndOneThread) {
  const DenseMatrix points = made_rows(1100, 70, 8);
  std::vector<std::uint8_t> present(1100, 1);
  for (std::size_t i = 0; i < present.size(); i += 3) present[i] = 0;
  const auto single = make_single_rank();
  for (const auto& mask : {std::vector<std::uint8_t>(), present}) {
    const Decomposition expected = pca(*single, points, {.components = 20}, mask);
    for (const int threads : {1, 3}) {
      expect_same(pca(world(), points, {.components = 20, .threads = threads}, mask), expected);
    }
  }
}

TEST(PrincipalComponents, AreThoseOfTheRowsThatAreThere) {
  const DenseMatrix points = made_rows(900, 30, 9);
  DenseMatrix among(1350, 30);
  std::vector<std::uint8_t> present(1350);
  for (std::int64_t i = 0; i < 900; ++i) {
    std::ranges::copy(points.view().row(i), among.row(i + i / 2).begin());
    present[static_cast<std::size_t>(i + i / 2)] = 1;
  }
  for (std::int64_t i = 0; i < 1350; ++i) {
    if (present[static_cast<std::size_t>(i)] == 0) std::ranges::fill(among.row(i), 1e9F);
  }
  const Decomposition expected = pca(world(), points, {.components = 5});
  const Decomposition found = pca(world(), among, {.components = 5}, present);
  EXPECT_EQ(found.rows, 900);
  EXPECT_EQ(found.mean, expected.mean);
  for (std::size_t k = 0; k < 5; ++k)
    EXPECT_NEAR(found.values[k], expected.values[k], 1e-10 * expected.values[0]);
  const DenseShare mine(world(), among, present);
  const ProjectedRows rows = project(mine.rows, found, 2);
  for (std::int64_t i = 0; i < mine.range.size(); ++i) {
    const bool there = present[static_cast<std::size_t>(mine.range.begin + i)] != 0;
    ASSERT_EQ(rows.present[static_cast<std::size_t>(i)], there ? 1 : 0);
    if (!there) {
      ASSERT_EQ(rows.rows.view().row(i)[0], 0.0F);
    }
  }
}

TEST(ColumnMoments, AreExactForEachColumn) {
  // Beside a column of 1e15, one of 1e-15; and one that is constant where its mean is not a float.
  DenseMatrix points(999, 3);
  for (std::int64_t i = 0; i < 999; ++i) {
    points.row(i)[0] = i % 3 == 0 ? 1e15F : -1e15F;
    points.row(i)[1] = i % 3 == 0 ? 3e-15F : 1e-15F;
    points.row(i)[2] = 0.1F;
  }
  const ColumnMoments moments = column_moments(world(), DenseShare(world(), points).rows, 2);
  EXPECT_EQ(moments.rows, 999);
  const double low = 1e-15F;
  const double high = 3e-15F;
  const double mean = (high + 2.0 * low) / 3.0;
  EXPECT_NEAR(moments.means[1], mean, 1e-12 * mean);
  EXPECT_NEAR(moments.deviations[1],
              std::sqrt(((high - mean) * (high - mean) + 2.0 * (low - mean) * (low - mean)) / 3.0),
              1e-12 * mean);
  EXPECT_EQ(moments.means[2], static_cast<double>(0.1F));
  EXPECT_EQ(moments.deviations[2], 0.0);
  const ColumnMoments none = column_moments(world(), {{nullptr, 0, 4}, {0, 0}, {}}, 1);
  EXPECT_EQ(none.rows, 0);
}

}  // namespace
}  // namespace shoal
