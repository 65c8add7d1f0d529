// What a GPU does, beside what it could do at most: the ceilings first, then networks from pixels to features
// as a rank runs them (host memory to host memory, tiles in flight), then k-means. Lines of a table in
// Markdown; medians of five. With --small every part is so small that the emulator has it done in seconds.
#include <cublas_v2.h>
#include <cuda_bf16.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "buffers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cuda_backend.hpp"
#include "shoal/vision/vgg.hpp"
#include "stream.hpp"
#include "support/cuda_engines.hpp"

extern "C" shoal::Backend* shoal_make_cuda_backend(const shoal::CudaOptions& options);

namespace shoal {
namespace {

/// Seconds, the median after one that is not counted. work returns when the GPU is done.
double median_seconds(const std::function<void()>& work, int times = 5) {
  std::vector<double> seconds;
  for (int i = 0; i < times + 1; ++i) {
    const auto start = std::chrono::steady_clock::now();
    work();
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  std::sort(seconds.begin() + 1, seconds.end());
  return seconds[static_cast<std::size_t>(times + 2) / 2];
}

void line(const std::string& what, double seconds, double rate, const char* unit) {
  fmt::print("| {} | {:.3f} ms | {:.4g} {} |\n", what, seconds * 1e3, rate, unit);
  std::fflush(stdout);
}

/// Random bits, but numbers: neither zeros nor NaN.
DeviceBuffer<__nv_bfloat16> random_numbers(std::int64_t count, Stream& stream) {
  constexpr std::int64_t kPiece = std::int64_t{1} << 20;
  DeviceBuffer<__nv_bfloat16> buffer(count, "a benchmark");
  PinnedBuffer<__nv_bfloat16> piece(kPiece, "a benchmark");
  const RandomStream draws(1, "gpu bench");
  for (std::int64_t i = 0; i < kPiece; ++i) {
    piece.data()[i] =
        __float2bfloat16_rn(static_cast<float>(draws.uniform(0, static_cast<std::uint64_t>(i)) - 0.5));
  }
  for (std::int64_t first = 0; first < count; first += kPiece) {
    copy_to_device(buffer.data() + first, piece.data(), std::min(kPiece, count - first), stream);
    stream.synchronize();
  }
  return buffer;
}

/// So many MiB, or what a quarter of the free memory holds.
void measure_copy(std::int64_t mib, Stream& stream) {
  std::size_t free = 0;
  std::size_t total = 0;
  check_cuda(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
  mib = std::min(mib, static_cast<std::int64_t>(free >> 22));
  const std::int64_t bytes = mib << 20;
  DeviceBuffer<char> from(bytes, "a benchmark");
  DeviceBuffer<char> to(bytes, "a benchmark");
  fill_with_zeros(from.data(), bytes, stream);
  const double seconds = median_seconds([&] {
    copy_on_device(to.data(), from.data(), bytes, stream);
    stream.synchronize();
  });
  line(fmt::format("copy of {} MiB on the device, read and written", mib), seconds,
       2.0 * static_cast<double>(bytes) / seconds / 1e12, "TB/s");
}

void check_cublas(cublasStatus_t status) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  throw FailureError(fmt::format("cuBLAS failed: {}", cublasGetStatusName(status)));
}

void measure_product(int n, Stream& stream) {
  const auto a = random_numbers(std::int64_t{n} * n, stream);
  const auto b = random_numbers(std::int64_t{n} * n, stream);
  DeviceBuffer<__nv_bfloat16> c(std::int64_t{n} * n, "a benchmark");
  DeviceBuffer<char> workspace(32 << 20, "a benchmark");
  cublasHandle_t handle = nullptr;
  check_cublas(cublasCreate(&handle));
  check_cublas(cublasSetStream(handle, stream.get()));
  check_cublas(cublasSetWorkspace(handle, workspace.data(), workspace.bytes()));
  check_cublas(cublasSetMathMode(handle, CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION));
  const float one = 1.0F;
  const float zero = 0.0F;
  const double seconds = median_seconds([&] {
    check_cublas(cublasGemmStridedBatchedEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, n, n, n, &one, a.data(),
                                            CUDA_R_16BF, n, 0, b.data(), CUDA_R_16BF, n, 0, &zero, c.data(),
                                            CUDA_R_16BF, n, 0, 1, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT));
    stream.synchronize();
  });
  check_cublas(cublasDestroy(handle));
  line(fmt::format("bf16 product {0} x {0} x {0} by cuBLAS", n), seconds, 2.0 * n * n * n / seconds / 1e12,
       "TFLOP/s");
}

/// Seeded tensors, made when they are first asked for; larger than any is the same few million numbers again.
WeightSource made_weights() {
  static std::map<std::size_t, std::vector<float>> tensors;
  return [](const std::string&, std::size_t elements) {
    auto& tensor = tensors[elements];
    const RandomStream draws(1, "weights");
    for (std::size_t i = tensor.size(); i < elements; ++i) {
      tensor.push_back(static_cast<float>((draws.uniform(0, i % 4194301) - 0.5) * 0.05));
    }
    return std::span<const float>(tensor);
  };
}

void measure_network(const std::string& model, std::int64_t side, std::int64_t tile, Precision precision,
                     const std::string& engine) {
  const std::unique_ptr<Backend> backend(
      shoal_make_cuda_backend({.engine = engine, .threads = available_processors()}));
  NetworkSpec spec = vgg_spec({.model = model, .layer = "fc7"}, side, tile);
  spec.precision = precision;
  const auto network = backend->compile(spec, made_weights());
  const std::size_t tiles = tile < 128 ? 1 : precision == Precision::bf16 ? 24 : 9;
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(tile * side * side * 3));
  std::uint32_t state = 1;
  for (auto& pixel : pixels)
    pixel = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
  std::vector<std::vector<float>> features(
      static_cast<std::size_t>(network->workers()),
      std::vector<float>(static_cast<std::size_t>(tile * network->features())));
  const double seconds = median_seconds([&] {
    parallel_for_workers(tiles, network->workers(), [&](std::size_t, int worker) {
      network->forward(pixels, features[static_cast<std::size_t>(worker)], worker);
    });
  });
  line(fmt::format("{}-{} to fc7, {}, engine {}, a tile of {}", model, side,
                   precision == Precision::bf16 ? "bf16" : "fp32", engine, tile),
       seconds / static_cast<double>(tiles), static_cast<double>(tiles) * static_cast<double>(tile) / seconds,
       "images/s");
}

/// Groups of rows about centroids, as features of photos are: few rows need a second look.
void measure_kmeans(std::int64_t rows, std::int64_t columns, std::int64_t k) {
  const std::unique_ptr<Backend> backend(shoal_make_cuda_backend({.threads = available_processors()}));
  const RandomStream draws(2, "kmeans");
  std::vector<double> centroids(static_cast<std::size_t>(k * columns));
  for (std::size_t i = 0; i < centroids.size(); ++i) centroids[i] = draws.uniform(0, i) - 0.5;
  // 8 GB that nobody fills with zeros first.
  const auto values = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(rows * columns));
  parallel_for(static_cast<std::size_t>(rows), available_processors(), [&](std::size_t i) {
    auto state = static_cast<std::uint32_t>(i);
    const std::size_t own = i % static_cast<std::size_t>(k) * static_cast<std::size_t>(columns);
    for (std::size_t c = 0; c < static_cast<std::size_t>(columns); ++c) {
      state = state * 1664525U + 1013904223U;
      const double noise = static_cast<double>(state) * 0x1p-32 - 0.5;
      values[i * static_cast<std::size_t>(columns) + c] =
          static_cast<float>(centroids[own + c] + 0.3 * noise);
    }
  });
  const DenseView view{values.get(), rows, columns};
  std::vector<std::int32_t> labels(static_cast<std::size_t>(rows));
  std::vector<double> distances(labels.size());
  std::vector<std::int64_t> sums(centroids.size());
  const FixedPoint scale = FixedPoint::for_sums_of(1.0, static_cast<std::uint64_t>(rows));
  const auto assign = [&] {
    backend->arrays().nearest_centroid(view, {centroids, k, columns}, labels, distances);
  };
  const auto add = [&] { backend->arrays().add_by_label(view, labels, scale, sums); };
  const auto iteration = [&] {
    assign();
    add();
  };
  const std::string what = fmt::format("k-means, {} x {}, k = {}", rows, columns, k);
  const auto rate = [&](double seconds) {
    return 2.0 * static_cast<double>(rows) * static_cast<double>(columns) * static_cast<double>(k) / seconds /
           1e12;
  };
  double seconds = median_seconds(iteration, 1);
  line(what + ": an iteration, rows sent each time", seconds, rate(seconds), "TFLOP/s");
  const auto kept = backend->arrays().keep(view, k);
  seconds = median_seconds(iteration);
  line(what + ": an iteration, rows kept", seconds, rate(seconds), "TFLOP/s");
  seconds = median_seconds(assign);
  line(what + ": labels and distances", seconds, rate(seconds), "TFLOP/s");
  const std::int64_t candidates = std::min<std::int64_t>(8, k);
  const std::vector<std::int64_t> weights(labels.size(), scale.encode(1.0));
  std::vector<std::int64_t> potentials(static_cast<std::size_t>(candidates));
  const auto few = std::span(centroids).first(static_cast<std::size_t>(candidates * columns));
  seconds = median_seconds([&] {
    backend->arrays().add_potentials(view, {few, candidates, columns}, scale, weights, potentials);
  });
  const double bytes = static_cast<double>(rows) * static_cast<double>(columns) * 4.0;
  line(fmt::format("{}: {} candidates of k-means++", what, candidates), seconds, bytes / seconds / 1e12,
       "TB/s");
  const auto one = std::span(centroids).first(static_cast<std::size_t>(columns));
  seconds = median_seconds([&] {
    backend->arrays().nearest_centroid(view, {one, 1, columns}, labels, distances);
  });
  line(what + ": distances from one centroid", seconds, bytes / seconds / 1e12, "TB/s");
  assign();
  seconds = median_seconds(add);
  line(what + ": sums", seconds,
       static_cast<double>(rows) * static_cast<double>(columns) * 4.0 / seconds / 1e12, "TB/s");
}

/// Ten of the columns a row, as posts have hashtags: some are far more common than others.
CsrMatrix made_tags(std::int64_t rows, std::int64_t columns) {
  constexpr std::int64_t kEntries = 10;
  CsrMatrix matrix;
  matrix.columns = columns;
  std::uint32_t state = 1;
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t e = 0; e < kEntries; ++e) {
      state = state * 1664525U + 1013904223U;
      const double draw = static_cast<double>(state) * 0x1p-32;
      // Of a tenth of the columns each, rising.
      const auto among = static_cast<std::int64_t>(draw * draw * static_cast<double>(columns / kEntries));
      matrix.indices.push_back(static_cast<std::int32_t>(e * (columns / kEntries) + among));
      matrix.values.push_back(static_cast<float>(draw));
    }
    matrix.close_row();
  }
  return matrix;
}

void measure_sparse_kmeans(std::int64_t rows, std::int64_t columns, std::int64_t k) {
  const std::unique_ptr<Backend> backend(shoal_make_cuda_backend({.threads = available_processors()}));
  const CsrMatrix matrix = made_tags(rows, columns);
  const RandomStream draws(3, "sparse k-means");
  std::vector<double> centroids(static_cast<std::size_t>(k * columns));
  for (std::size_t i = 0; i < centroids.size(); ++i) centroids[i] = draws.uniform(0, i);
  std::vector<std::int32_t> labels(static_cast<std::size_t>(rows));
  std::vector<double> distances(labels.size());
  std::vector<std::int64_t> sums(centroids.size());
  const FixedPoint scale = FixedPoint::for_sums_of(10.0, static_cast<std::uint64_t>(rows));
  const auto kept = backend->arrays().keep(matrix.view(), k);
  const std::string what = fmt::format("k-means, {} sparse rows of {} entries, k = {}", rows,
                                       matrix.values.size() / labels.size(), k);
  // A double of a centroid for each entry and centroid.
  const double gathered = static_cast<double>(matrix.values.size()) * static_cast<double>(k) * 8.0;
  double seconds = median_seconds([&] {
    backend->arrays().nearest_centroid(matrix.view(), {centroids, k, columns}, labels, distances);
  });
  line(what + ": labels and distances", seconds, gathered / seconds / 1e12, "TB/s gathered");
  seconds = median_seconds([&] { backend->arrays().add_by_label(matrix.view(), labels, scale, sums); });
  line(what + ": sums", seconds, static_cast<double>(matrix.values.size()) / seconds / 1e9,
       "billion entries/s");
}

/// A part that has no room here is left out with a sentence, and the others go on.
template <class Measure>
void part(const Measure& measure) {
  try {
    measure();
  } catch (const ResourceError& error) {
    fmt::print("left out: {}\n", error.what());
  }
}

void measure_all() {
  Stream stream;
  part([&] { measure_copy(4096, stream); });
  part([&] { measure_product(8192, stream); });
  // More numbers than an int counts.
  part([] { measure_kmeans(600000, 4096, 1000); });
  part([] { measure_kmeans(600000, 4096, 64); });
  part([] { measure_sparse_kmeans(1000000, 20000, 1000); });
  for (const auto& [model, side] : {std::pair{"vgg16", 224}, {"vgg16", 299}, {"vgg19", 224}}) {
    for (const std::string& engine : testing::cuda_engines())
      part([&, name = model, length = side] { measure_network(name, length, 128, Precision::bf16, engine); });
  }
  for (const std::string& engine : testing::cuda_engines())
    part([&] { measure_network("vgg16", 224, 128, Precision::fp32, engine); });
}

void try_all() {
  Stream stream;
  part([&] { measure_copy(1, stream); });
  part([&] { measure_product(64, stream); });
  part([] { measure_kmeans(200, 40, 9); });
  part([] { measure_sparse_kmeans(200, 40, 9); });
  for (const Precision precision : {Precision::bf16, Precision::fp32}) {
    for (const std::string& engine : testing::cuda_engines())
      part([&] { measure_network("vgg16_w16", 32, 2, precision, engine); });
  }
}

}  // namespace
}  // namespace shoal

int main(int count, char** arguments) {
  using namespace shoal;
  const bool small = count == 2 && std::string_view(arguments[1]) == "--small";
  if (count > 1 && !small) {
    fmt::print(stderr, "gpu_bench: takes nothing but --small\n");
    return 2;
  }
  try {
    fmt::print("| part | median | rate |\n|---|---|---|\n");
    small ? try_all() : measure_all();
  } catch (const std::exception& error) {
    fmt::print(stderr, "gpu_bench: {}\n", error.what());
    return 1;
  }
}
