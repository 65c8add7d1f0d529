// What a GPU does, beside what it could do at most: the ceilings first, then networks from pixels to features
// as a rank runs them (host memory to host memory, tiles in flight), then k-means. Lines of a table in
// Markdown; medians of five.
#include <cublas_v2.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <map>
#include <vector>

#include "buffers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/random.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/cuda_backend.hpp"
#include "shoal/vision/vgg.hpp"
#include "stream.hpp"

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
template <class T>
DeviceBuffer<T> random_numbers(std::int64_t count, Stream& stream) {
  constexpr std::int64_t kPiece = std::int64_t{1} << 20;
  DeviceBuffer<T> buffer(count, "a benchmark");
  PinnedBuffer<T> piece(kPiece, "a benchmark");
  const RandomStream draws(1, "gpu bench");
  for (std::int64_t i = 0; i < kPiece; ++i) {
    piece.data()[i] =
        static_cast<T>(static_cast<float>(draws.uniform(0, static_cast<std::uint64_t>(i)) - 0.5));
  }
  for (std::int64_t first = 0; first < count; first += kPiece) {
    copy_to_device(buffer.data() + first, piece.data(), std::min(kPiece, count - first), stream);
    stream.synchronize();
  }
  return buffer;
}

void measure_copy(Stream& stream) {
  constexpr std::int64_t kBytes = std::int64_t{4} << 30;
  DeviceBuffer<char> from(kBytes, "a benchmark");
  DeviceBuffer<char> to(kBytes, "a benchmark");
  fill_with_zeros(from.data(), kBytes, stream);
  const double seconds = median_seconds([&] {
    check_cuda(cudaMemcpyAsync(to.data(), from.data(), kBytes, cudaMemcpyDeviceToDevice, stream.get()),
               "copy");
    stream.synchronize();
  });
  line("copy of 4 GiB on the device, read and written", seconds, 2.0 * kBytes / seconds / 1e12, "TB/s");
}

void measure_product(Stream& stream) {
  constexpr int n = 8192;
  const auto a = random_numbers<__nv_bfloat16>(std::int64_t{n} * n, stream);
  const auto b = random_numbers<__nv_bfloat16>(std::int64_t{n} * n, stream);
  DeviceBuffer<__nv_bfloat16> c(std::int64_t{n} * n, "a benchmark");
  cublasHandle_t handle = nullptr;
  cublasCreate(&handle);
  cublasSetStream(handle, stream.get());
  const float one = 1.0F;
  const float zero = 0.0F;
  const double seconds = median_seconds([&] {
    cublasGemmEx(handle, CUBLAS_OP_T, CUBLAS_OP_N, n, n, n, &one, a.data(), CUDA_R_16BF, n, b.data(),
                 CUDA_R_16BF, n, &zero, c.data(), CUDA_R_16BF, n, CUBLAS_COMPUTE_32F, CUBLAS_GEMM_DEFAULT);
    stream.synchronize();
  });
  cublasDestroy(handle);
  line("bf16 product 8192 x 8192 x 8192 by cuBLAS", seconds, 2.0 * n * n * n / seconds / 1e12, "TFLOP/s");
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

void measure_network(const std::string& model, std::int64_t side, Precision precision,
                     const std::string& engine) {
  constexpr std::int64_t kTile = 128;
  const std::unique_ptr<Backend> backend(shoal_make_cuda_backend({.engine = engine}));
  NetworkSpec spec = vgg_spec({.model = model, .layer = "fc7"}, side, kTile);
  spec.precision = precision;
  const auto network = backend->compile(spec, made_weights());
  const auto tiles = static_cast<std::size_t>(precision == Precision::bf16 ? 24 : 9);
  std::vector<std::uint8_t> pixels(static_cast<std::size_t>(kTile * side * side * 3));
  std::uint32_t state = 1;
  for (auto& pixel : pixels)
    pixel = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24);
  std::vector<std::vector<float>> features(
      static_cast<std::size_t>(network->workers()),
      std::vector<float>(static_cast<std::size_t>(kTile * network->features())));
  const double seconds = median_seconds([&] {
    parallel_for_workers(tiles, network->workers(), [&](std::size_t, int worker) {
      network->forward(pixels, features[static_cast<std::size_t>(worker)], worker);
    });
  });
  line(fmt::format("{}-{} to fc7, {}, engine {}, a tile of 128", model, side,
                   precision == Precision::bf16 ? "bf16" : "fp32", engine),
       seconds / static_cast<double>(tiles), static_cast<double>(tiles) * kTile / seconds, "images/s");
}

/// Groups of rows about centroids, as features of photos are: few rows need a second look.
void measure_kmeans(std::int64_t rows, std::int64_t columns, std::int64_t k) {
  const std::unique_ptr<Backend> backend(shoal_make_cuda_backend({.threads = available_processors()}));
  const RandomStream draws(2, "kmeans");
  std::vector<double> centroids(static_cast<std::size_t>(k * columns));
  for (std::size_t i = 0; i < centroids.size(); ++i) centroids[i] = draws.uniform(0, i) - 0.5;
  std::vector<float> values(static_cast<std::size_t>(rows * columns));
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
  const DenseView view{values.data(), rows, columns};
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
  const auto kept = backend->arrays().keep(view);
  seconds = median_seconds(iteration);
  line(what + ": an iteration, rows kept", seconds, rate(seconds), "TFLOP/s");
  seconds = median_seconds(assign);
  line(what + ": labels and distances", seconds, rate(seconds), "TFLOP/s");
  seconds = median_seconds(add);
  line(what + ": sums", seconds,
       static_cast<double>(rows) * static_cast<double>(columns) * 4.0 / seconds / 1e12, "TB/s");
}

}  // namespace
}  // namespace shoal

int main() {
  using namespace shoal;
  try {
    fmt::print("| part | median | rate |\n|---|---|---|\n");
    Stream stream;
    measure_copy(stream);
    measure_product(stream);
    measure_kmeans(500000, 4096, 1000);
    measure_kmeans(500000, 4096, 64);
    for (const auto& [model, side] : {std::pair{"vgg16", 224}, {"vgg16", 299}, {"vgg19", 224}}) {
      for (const char* engine : {kEngineShoal, kEngineCudnn})
        measure_network(model, side, Precision::bf16, engine);
    }
    for (const char* engine : {kEngineShoal, kEngineCudnn})
      measure_network("vgg16", 224, Precision::fp32, engine);
  } catch (const Error& error) {
    fmt::print(stderr, "gpu_bench: {}\n", error.what());
    return 1;
  }
}
