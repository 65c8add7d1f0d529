// Networks and clusterings as large as real ones, on a GPU against the CPU's backend. The emulator would take
// hours; with TRUE_SIZES=small they are tried there, at a part of each size.
#include <tuple>

#include "backend.hpp"
#include "convolution.hpp"
#include "made_network.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "support/cuda_engines.hpp"
#include "support/made_arrays.hpp"
#include "true_sizes.hpp"

namespace shoal {
namespace {

using testing::assign;
using testing::made_centroids;
using testing::made_rows;
using testing::made_sparse;

/// Of an image. VGG has five pools, so that a seventh is about the least that leaves a pixel.
std::int64_t side_of(std::int64_t side) { return sized(side, 7); }

std::unique_ptr<Backend> cpu() {
  return make_cpu_backend({available_processors(), detect_instruction_level()});
}

/// Which copies weights and rows on all processors: those of real sizes take most of these tests' time.
std::unique_ptr<Backend> gpu(const std::string& engine = kEngineShoal) {
  return cuda_backend({.engine = engine, .threads = available_processors()});
}

/// VGG16 to fc7 at its full width; weights small enough that thirteen layers neither vanish nor overflow.
NetworkSpec vgg16(std::int64_t side, std::int64_t tile, Precision precision) {
  NetworkSpec spec;
  spec.tile_images = tile;
  spec.side = side;
  spec.precision = precision;
  spec.normalisation = {{0.485F, 0.456F, 0.406F}, {0.229F, 0.224F, 0.225F}};
  std::string name = "c";
  for (const std::int64_t width :
       {64, 64, 0, 128, 128, 0, 256, 256, 256, 0, 512, 512, 512, 0, 512, 512, 512, 0}) {
    if (width == 0) {
      spec.layers.emplace_back(MaxPool{});
    } else {
      spec.layers.emplace_back(Convolution{name += 'c', name + "b", sized(width, 16)});
    }
  }
  const std::int64_t hidden = sized(4096, 64);
  spec.layers.insert(spec.layers.end(), {AdaptiveAveragePool{7}, FullyConnected{"f1", "g1", hidden, true},
                                         FullyConnected{"f2", "g2", hidden, true}});
  return spec;
}

MadeWeights& weights() {
  static MadeWeights made;  // 550 MB, made once
  return made;
}

std::vector<std::uint8_t> tile_of(std::int64_t images, std::int64_t side, std::uint64_t seed) {
  return made_bytes(images * side * side * 3, seed);
}

const std::int64_t kTile = sized(16, 8);
const std::int64_t kCompared = sized(4, 2);  ///< the first of a tile

void expect_features(const std::vector<std::uint8_t>& pixels, const std::vector<float>& expected,
                     std::int64_t side, Precision precision, const std::string& engine) {
  SCOPED_TRACE(engine + " at " + std::to_string(side));
  const auto network = gpu(engine)->compile(vgg16(side, kTile, precision), weights().source());
  auto found = run(*network, pixels, kTile);
  found.resize(expected.size());
  const double error = relative_error(found, expected, kCompared);
  const double alike = cosine(found, expected, kCompared);
  std::printf("%s at %d in %s: error %.2e, cosine %.6f\n", engine.c_str(), static_cast<int>(side),
              precision == Precision::fp32 ? "fp32" : "bf16", error, alike);
  EXPECT_LE(error, precision == Precision::fp32 ? 1e-5 : 0.02);
  EXPECT_GE(alike, 0.9999);
}

TEST(TrueSizes, Vgg16AgreesWithTheCpu) {
  for (const std::int64_t side : {side_of(224), side_of(299)}) {
    const auto pixels = tile_of(kTile, side, 5);
    const auto few = std::span(pixels).first(static_cast<std::size_t>(kCompared * side * side * 3));
    const auto expected =
        run(*cpu()->compile(vgg16(side, kCompared, Precision::fp32), weights().source()), few, kCompared);
    for (const Precision precision : {Precision::fp32, Precision::bf16}) {
      for (const std::string& engine : testing::cuda_engines()) {
        expect_features(pixels, expected, side, precision, engine);
      }
    }
  }
}

/// An image alone among others: at every seventh place of a tile, in every run.
/// A tile of one image again and again, and one with other neighbours.
void expect_same_bits_everywhere(std::int64_t many, Precision precision, const std::string& engine) {
  const std::int64_t side = side_of(224);
  const auto image = tile_of(1, side, 99);
  std::vector<std::uint8_t> pixels;
  for (std::int64_t i = 0; i < many; ++i) pixels.insert(pixels.end(), image.begin(), image.end());
  const auto network = gpu(engine)->compile(vgg16(side, many, precision), weights().source());
  const auto everywhere = run(*network, pixels, many);
  const auto of_place = [&](const std::vector<float>& features, std::int64_t place) {
    const auto at = features.begin() + place * network->features();
    return std::vector<float>(at, at + network->features());
  };
  const auto first = of_place(everywhere, 0);
  for (std::int64_t place = 1; place < many; ++place) {
    EXPECT_TRUE(same_bits(of_place(everywhere, place), first))
        << engine << ", " << many << ", place " << place;
  }
  pixels = tile_of(many, side, 7);
  std::copy(image.begin(), image.end(), pixels.end() - std::ssize(image));
  EXPECT_TRUE(same_bits(of_place(run(*network, pixels, many), many - 1), first)) << engine << ", " << many;
}

/// In the largest tile and the smallest: that cuBLAS adds up alike in all of a tile is nowhere promised.
TEST(TrueSizes, Vgg16GivesAnImageTheSameBitsAtEveryPlace) {
  for (const std::int64_t many : {sized(128, 32), sized(8, 4)}) {
    for (const Precision precision : {Precision::fp32, Precision::bf16}) {
      for (const std::string& engine : testing::cuda_engines())
        expect_same_bits_everywhere(many, precision, engine);
    }
  }
}

TEST(TrueSizes, Vgg16GivesTheSameBitsWithAllWorkersAtOnce) {
  const std::int64_t many = sized(32, 16);
  const std::int64_t side = side_of(224);
  std::vector<std::vector<std::uint8_t>> tiles;
  for (std::int64_t i = 0; i < sized(12, 4); ++i)
    tiles.push_back(tile_of(many, side, static_cast<std::uint64_t>(i)));
  for (const Precision precision : {Precision::fp32, Precision::bf16}) {
    const auto network = gpu()->compile(vgg16(side, many, precision), weights().source());
    std::vector<std::vector<float>> found(tiles.size());
    parallel_for_workers(tiles.size(), network->workers(), [&](std::size_t piece, int worker) {
      found[piece] = run(*network, tiles[piece], many, worker);
    });
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      EXPECT_TRUE(same_bits(found[i], run(*network, tiles[i], many))) << "tile " << i;
    }
  }
}

template <class T>
std::vector<T> convolved(const ImageShape& shape, std::int64_t out, const DeviceBuffer<T>& x,
                         const DeviceBuffer<T>& w, const DeviceBuffer<float>& bias, bool naive) {
  DeviceBuffer<T> to(shape.pixels() * out, "a test");
  Stream stream;
  // NaN, unless written.
  check_cuda(cudaMemsetAsync(to.data(), 0xff, to.bytes(), stream.get()), "cudaMemsetAsync");
  (naive ? convolution_naive<T> : static_cast<decltype(&convolution_naive<T>)>(convolution))(
      x.data(), shape, w.data(), bias.data(), out, to.data(), stream);
  stream.synchronize();
  return from_device(to);
}

template <class T>
void expect_naive_twin(const ImageShape& shape, std::int64_t out) {
  SCOPED_TRACE(std::to_string(shape.channels) + " to " + std::to_string(out) + " at " +
               std::to_string(shape.side));
  const auto x = on_device(made<T>(shape.elements(), 1));
  const auto w = on_device(made<T>(9 * shape.channels * out, 2, 0.1));
  const auto bias = on_device(made_floats(out, 3));
  const auto fast = convolved(shape, out, x, w, bias, false);
  const auto naive = convolved(shape, out, x, w, bias, true);
  if constexpr (std::is_same_v<T, float>) {
    EXPECT_TRUE(same_bits(fast, naive));
  } else {
    expect_near(fast, to_floats(naive), 0x1.1p-7);
  }
}

TEST(TrueSizes, EveryConvolutionOfVgg16IsItsNaiveTwin) {
  for (const auto& [side, in, out] : {std::tuple{224, 64, 64},
                                      {112, 64, 128},
                                      {112, 128, 128},
                                      {56, 128, 256},
                                      {56, 256, 256},
                                      {28, 256, 512},
                                      {28, 512, 512},
                                      {14, 512, 512},
                                      {37, 256, 512}}) {
    expect_naive_twin<float>({2, side_of(side), sized(in, 8)}, sized(out, 8));
    expect_naive_twin<__nv_bfloat16>({3, side_of(side), sized(in, 8)}, sized(out, 8));
  }
}

TEST(TrueSizes, KmeansHasTheBitsOfTheCpu) {
  const std::int64_t count = sized(20000, 100);
  const std::int64_t columns = sized(4096, 64);
  const DenseMatrix rows = made_rows(count, columns, 1);
  const CsrMatrix sparse = made_sparse(count, 2000, 2);
  const auto device = gpu();
  for (const bool keep : {false, true}) {
    const auto kept = keep ? device->arrays().keep(rows.view(), 300) : nullptr;
    const auto kept_sparse = keep ? device->arrays().keep(sparse.view(), 300) : nullptr;
    for (const std::int64_t k : {sized(64, 8), sized(300, 8)}) {
      const auto centroids = made_centroids(k, columns, 3);
      const auto expected = assign(*cpu(), rows.view(), rows.rows, centroids);
      EXPECT_EQ(assign(*device, rows.view(), rows.rows, centroids), expected) << k;
      const auto small = made_centroids(k, 2000, 4);
      EXPECT_EQ(assign(*device, sparse.view(), sparse.rows(), small),
                assign(*cpu(), sparse.view(), sparse.rows(), small));
      std::vector<std::int64_t> sums(static_cast<std::size_t>(k * columns));
      std::vector<std::int64_t> expected_sums(sums.size());
      const FixedPoint scale = FixedPoint::for_sums_of(0.5, static_cast<std::uint64_t>(count));
      device->arrays().add_by_label(rows.view(), expected.labels, scale, sums);
      cpu()->arrays().add_by_label(rows.view(), expected.labels, scale, expected_sums);
      EXPECT_EQ(sums, expected_sums);
    }
  }
}

}  // namespace
}  // namespace shoal
