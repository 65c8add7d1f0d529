// Images and rows of more numbers than an int counts, in one launch: those at the end have the bits that they
// have alone.
#include "convolution.hpp"
#include "max_pool.hpp"
#include "nearest_dense.hpp"
#include "on_device.hpp"
#include "potentials.hpp"
#include "sums_by_label.hpp"
#include "true_sizes.hpp"

namespace shoal {
namespace {

/// Skips where what a test holds on the device has no room.
#define SHOAL_NEEDS_DEVICE_BYTES(bytes)                                                          \
  do {                                                                                           \
    std::size_t free = 0;                                                                        \
    std::size_t total = 0;                                                                       \
    ASSERT_EQ(cudaMemGetInfo(&free, &total), cudaSuccess);                                       \
    if (static_cast<std::int64_t>(free) < (bytes) + (std::int64_t{1} << 28))                     \
      GTEST_SKIP() << "this GPU has not the " << ((bytes) >> 30) << " GiB that this test takes"; \
  } while (false)

/// `count` numbers: a short piece again and again, and at the end `last`.
template <class T>
DeviceBuffer<T> repeated(std::int64_t count, const std::vector<T>& last) {
  const auto piece = on_device(made<T>(std::min<std::int64_t>(count, 1 << 20), 1));
  const auto end = on_device(last);
  DeviceBuffer<T> all(count, "a test");
  Stream stream;
  for (std::int64_t first = 0; first < count; first += piece.count())
    copy_on_device(all.data() + first, piece.data(), std::min(piece.count(), count - first), stream);
  copy_on_device(all.data() + count - end.count(), end.data(), end.count(), stream);
  stream.synchronize();
  return all;
}

/// The last `count` values.
template <class T>
std::vector<T> last_of(const DeviceBuffer<T>& buffer, std::int64_t count) {
  DeviceBuffer<T> end(count, "a test");
  Stream stream;
  copy_on_device(end.data(), buffer.data() + buffer.count() - count, count, stream);
  stream.synchronize();
  return from_device(end);
}

constexpr std::int64_t kChannels = 64;
const ImageShape kMany{sized(60, 20), sized(768, 96), kChannels};  // 2^31.08 numbers
const ImageShape kOne{1, kMany.side, kChannels};

template <class T>
void expect_last_image_convolved() {
  SHOAL_NEEDS_DEVICE_BYTES(2 * kMany.elements() * static_cast<std::int64_t>(sizeof(T)));
  const std::vector<T> image = made<T>(kOne.elements(), 2);
  const auto w = on_device(made<T>(9 * kChannels * kChannels, 3, 0.1));
  const auto bias = on_device(made_floats(kChannels, 4));
  const auto convolved = [&](const ImageShape& shape, const DeviceBuffer<T>& x) {
    DeviceBuffer<T> to(shape.elements(), "a test");
    Stream stream;
    convolution(x.data(), shape, w.data(), bias.data(), kChannels, to.data(), stream);
    stream.synchronize();
    return last_of(to, kOne.elements());
  };
  EXPECT_TRUE(
      same_bits(convolved(kMany, repeated(kMany.elements(), image)), convolved(kOne, on_device(image))));
}

template <class T>
void expect_last_image_pooled() {
  SHOAL_NEEDS_DEVICE_BYTES(kMany.elements() * static_cast<std::int64_t>(sizeof(T)) / 4 * 5);
  const std::vector<T> image = made<T>(kOne.elements(), 2);
  const auto pooled = [&](const ImageShape& shape, const DeviceBuffer<T>& x) {
    DeviceBuffer<T> to(shape.elements() / 4, "a test");
    Stream stream;
    max_pool(x.data(), shape, to.data(), stream);
    stream.synchronize();
    return last_of(to, kOne.elements() / 4);
  };
  EXPECT_TRUE(same_bits(pooled(kMany, repeated(kMany.elements(), image)), pooled(kOne, on_device(image))));
}

TEST(TrueSizes, TheLastOfManyImagesIsConvolvedAsIfItWereAlone) {
  expect_last_image_convolved<float>();
  expect_last_image_convolved<__nv_bfloat16>();
}

TEST(TrueSizes, TheLastOfManyImagesIsPooledAsIfItWereAlone) {
  expect_last_image_pooled<float>();
  expect_last_image_pooled<__nv_bfloat16>();
}

/// What k-means leaves of the last rows.
struct OfLastRows {
  std::vector<std::int32_t> labels;
  std::vector<double> distances;
  std::vector<unsigned long long> potentials;
  std::vector<unsigned long long> sums;
};

const std::int64_t kColumns = sized(4096, 64);
constexpr std::int64_t kLast = 50;
constexpr std::int64_t kGroups = 70;

OfLastRows clustered(const DeviceBuffer<float>& x, const DeviceBuffer<double>& values, DenseScores scores) {
  const std::int64_t rows = x.count() / kColumns;
  DeviceBuffer<float> rounded(filled_up_centroids(kGroups) * filled_up_columns(kColumns), "a test");
  DeviceBuffer<__nv_bfloat16> coarse(rounded.count(), "a test");
  DeviceBuffer<double> norms(kGroups, "a test");
  DeviceBuffer<double> rests(kGroups, "a test");
  DeviceBuffer<std::int32_t> labels(rows, "a test");
  DeviceBuffer<double> distances(rows, "a test");
  DeviceBuffer<Lengths> lengths(rows, "a test");
  DeviceBuffer<std::int32_t> close(rows, "a test");
  DeviceBuffer<int> count(1, "a test");
  DeviceBuffer<__nv_bfloat16> coarse_rows(rows * filled_up_columns(kColumns), "a test");
  DeviceBuffer<Standing<float>> standings(rows * standings_of_a_row(kGroups), "a test");
  const DeviceCentroids centroids{values.data(), rounded.data(), coarse.data(), norms.data(),
                                  rests.data(),  kGroups,        kColumns};
  const DenseAssignment to{labels.data(),  distances.data(),   close.data(),    count.data(),
                           lengths.data(), coarse_rows.data(), standings.data()};
  Stream stream;
  square_centroids(centroids, stream);
  round_centroids(centroids, stream);
  nearest_dense({x.data(), rows}, centroids, scores, to, stream);
  // Of the other rows nothing is added, so that what is left is that of the last.
  std::vector<std::int64_t> own_weights(static_cast<std::size_t>(rows), 0);
  std::fill(own_weights.end() - kLast, own_weights.end(), std::int64_t{1} << 40);
  std::vector<std::int32_t> own_labels(static_cast<std::size_t>(rows), -1);
  stream.synchronize();
  const auto last_labels = last_of(labels, kLast);
  std::copy(last_labels.begin(), last_labels.end(), own_labels.end() - kLast);
  const auto weights = on_device(own_weights);
  const auto few_labels = on_device(own_labels);
  DeviceBuffer<unsigned long long> potentials(8, "a test");
  DeviceBuffer<unsigned long long> sums(kGroups * kColumns, "a test");
  DeviceBuffer<std::int32_t> places(kGroups + 1, "a test");
  DeviceBuffer<std::int32_t> ordered(rows, "a test");
  fill_with_zeros(potentials.data(), potentials.count(), stream);
  fill_with_zeros(sums.data(), sums.count(), stream);
  dense_potentials(x.data(), rows, kColumns, values.data(), 8, {weights.data(), 0x1p30, potentials.data()},
                   stream);
  add_dense_by_label(x.data(), rows, kColumns, few_labels.data(), kGroups, {places.data(), ordered.data()},
                     0x1p30, sums.data(), stream);
  stream.synchronize();
  return {last_labels, last_of(distances, kLast), from_device(potentials), from_device(sums)};
}

TEST(TrueSizes, TheLastOfManyRowsAreClusteredAsIfTheyWereAlone) {
  const std::int64_t rows = sized(540000, 1000);  // 2^31.04 numbers
  SHOAL_NEEDS_DEVICE_BYTES(rows * kColumns * 6 + rows * 64);
  const std::vector<float> last = made_floats(kLast * kColumns, 2);
  const auto values = made_floats(kGroups * kColumns, 3);
  const auto centroids = on_device(std::vector<double>(values.begin(), values.end()));
  const auto all = repeated(rows * kColumns, last);
  const auto alone = on_device(last);
  for (const DenseScores scores : {DenseScores::bf16, DenseScores::fp32}) {
    const OfLastRows found = clustered(all, centroids, scores);
    const OfLastRows expected = clustered(alone, centroids, scores);
    EXPECT_EQ(found.labels, expected.labels);
    EXPECT_TRUE(same_bits(found.distances, expected.distances));
    EXPECT_EQ(found.potentials, expected.potentials);
    EXPECT_EQ(found.sums, expected.sums);
  }
}

}  // namespace
}  // namespace shoal
