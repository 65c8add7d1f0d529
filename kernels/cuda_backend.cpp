// The backend on a GPU, and the two functions that the library exports.
#include "shoal/compute/cuda_backend.hpp"

#include <cuda_runtime.h>
#include <fmt/format.h>

#include <algorithm>

#include "arrays_memory.hpp"
#include "cuda_arrays.hpp"
#include "cuda_error.hpp"
#include "cuda_network.hpp"
#include "cudnn_convolution.hpp"
#include "products.hpp"
#include "shoal/base/error.hpp"
#include "trail.hpp"

namespace shoal {
namespace {

/// Raised whenever a change in kernels/ changes the bits of features, or labels.
constexpr int kNumericVersion = 4;
constexpr int kLeastMajor = 8;  // what the kernels are compiled for: bfloat16 on tensor cores begins there

CudaDevice device_of(int number) {
  cudaDeviceProp properties{};
  check_cuda(cudaGetDeviceProperties(&properties, number), "cudaGetDeviceProperties");
  std::string uuid;
  for (const char byte : properties.uuid.bytes)
    uuid += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return {number,
          properties.name,
          std::move(uuid),
          properties.major,
          properties.minor,
          properties.multiProcessorCount,
          properties.totalGlobalMem};
}

std::string version_text(int version) { return fmt::format("{}.{}", version / 1000, version % 1000 / 10); }

/// Why no device can be used, as a sentence; empty if one can.
std::string why_no_device(int& count) {
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaSuccess && count > 0) return {};
  cudaGetLastError();
  int driver = 0;
  int runtime = 0;
  cudaDriverGetVersion(&driver);
  cudaRuntimeGetVersion(&runtime);
  if (error == cudaErrorInsufficientDriver && driver == 0) {
    return "there is no NVIDIA driver on this machine; run where there is a GPU, or with --device cpu";
  }
  if (error == cudaErrorInsufficientDriver) {
    return fmt::format(
        "the NVIDIA driver is for CUDA {} and too old for this program, which needs {}; ask for a newer "
        "driver, or run with --device cpu",
        version_text(driver), version_text(runtime));
  }
  if (error == cudaErrorNoDevice || error == cudaSuccess) {
    return "this process may use no GPU (CUDA_VISIBLE_DEVICES, or what the job was given); ask for one, or "
           "run with --device cpu";
  }
  return fmt::format("CUDA does not start: {} ({})", cudaGetErrorString(error), cudaGetErrorName(error));
}

/// Why the kernels cannot run on a device; empty where they can.
std::string why_unsupported(const CudaDevice& device) {
  if (device.major >= kLeastMajor) return {};
  return fmt::format(
      "{} has compute capability {}.{}, and Shoal's kernels need {}.0 (A100) or newer; run with --device cpu",
      device.name, device.major, device.minor, kLeastMajor);
}

/// Sets the device and looks for this build's code for it. Throws UsageError where it cannot be used,
/// FailureError where it fails.
void expect_usable(const CudaDevice& device) {
  cudaError_t error = cudaSetDevice(device.number);
  if (error == cudaSuccess) error = look_for_code();
  if (error == cudaSuccess) return;
  cudaGetLastError();
  const std::string gpu =
      fmt::format("{} (compute capability {}.{})", device.name, device.major, device.minor);
  switch (error) {
    case cudaErrorNoKernelImageForDevice:
      throw UsageError(
          fmt::format("this build has no code for {}; build it with -DSHOAL_CUDA_ARCHITECTURES={}{}, or run "
                      "with --device "
                      "cpu",
                      gpu, device.major, device.minor));
    case cudaErrorUnsupportedPtxVersion:
      throw UsageError(
          fmt::format("this build's code for {} is for a newer driver; build it with "
                      "-DSHOAL_CUDA_ARCHITECTURES={}{}, ask for a newer driver, or run with --device cpu",
                      gpu, device.major, device.minor));
    case cudaErrorDevicesUnavailable:
      throw UsageError(fmt::format(
          "{} is another process's: it lets one at a time compute (exclusive mode); start one rank "
          "for each GPU, ask for GPUs that nobody uses, or run with --device cpu",
          gpu));
    default:
      check_cuda(error, "its start");
  }
}

/// cuBLAS and cuDNN promise equal bits on GPUs of one architecture and one number of multiprocessors.
std::string identity_of(const CudaOptions& options, const CudaDevice& device) {
  const std::string cudnn =
      options.engine == kEngineCudnn ? fmt::format(" {}", Cudnn::version()) : std::string();
  return fmt::format("cuda {} sm_{}{} x {} {}{} cublas {}", kNumericVersion, device.major, device.minor,
                     device.multiprocessors, options.engine, cudnn, cublas_version());
}

std::string clustering_refusal(const ClusteringShape& shape, std::int64_t needed, const CudaDevice& device,
                               int ranks) {
  constexpr double kGiB = 1 << 30;
  return fmt::format(
      "clustering rows of {} numbers into k = {} groups takes {:.1f} GiB of a GPU's memory, and {} has "
      "{:.1f}{}; ask for a lower k{}, or run {}with --device cpu",
      shape.columns, shape.k, static_cast<double>(needed) / kGiB, device.name,
      static_cast<double>(device.memory) / kGiB, ranks > 1 ? fmt::format(" for {} ranks", ranks) : "",
      shape.sparse ? " or a higher min_df" : "", ranks > 1 ? "fewer ranks on each GPU, or " : "");
}

class CudaBackend final : public Backend {
 public:
  CudaBackend(const CudaOptions& options, CudaDevice device)
      : options_(options),
        device_(std::move(device)),
        identity_(identity_of(options_, device_)),
        share_(static_cast<std::int64_t>(device_.memory) / std::max(options.ranks_on_device, 1)),
        arrays_(options.device, options.threads, share_) {}

  /// The weights go to the GPU, whatever memory there is for them here.
  std::unique_ptr<Network> compile(const NetworkSpec& spec, const WeightSource& weights,
                                   std::unique_ptr<WeightMemory>) override {
    check_cuda(cudaSetDevice(options_.device), "cudaSetDevice");
    return compile_cuda_network(spec, weights, options_);
  }
  std::string tune(const NetworkSpec& spec) override {
    check_cuda(cudaSetDevice(options_.device), "cudaSetDevice");
    return tune_cuda_network(spec, options_);
  }
  [[nodiscard]] NetworkMemory network_memory(const NetworkSpec& spec) const override {
    return cuda_network_memory(spec, options_);
  }
  [[nodiscard]] std::int64_t clustering_memory(const ClusteringShape& shape) const override {
    return clustering_memory_at_most(shape).pinned;
  }
  [[nodiscard]] std::string why_no_room(const NetworkSpec& spec) const override {
    return cuda_network_refusal(spec, options_, share_);
  }
  [[nodiscard]] std::string why_no_room(const ClusteringShape& shape) const override {
    const ArraysMemory memory = clustering_memory_at_most(shape);
    const std::int64_t needed = memory.lasting + memory.travelling;
    // As of networks, a fifth is left to the driver and the libraries.
    if (needed <= share_ / 5 * 4) return {};
    return clustering_refusal(shape, needed, device_, options_.ranks_on_device);
  }
  ArrayOperations& arrays() override { return arrays_; }
  [[nodiscard]] bool uses_weight_memory() const override { return false; }
  /// By all of the memory, however many share it: the bits of features depend on it.
  [[nodiscard]] std::int64_t tile_images(const NetworkSpec& spec) const override {
    return cuda_tile_images(spec, options_, device_.memory);
  }
  [[nodiscard]] std::string why_not(Precision precision) const override {
    if (precision != Precision::fp32_winograd) return {};
    return "the GPU has no Winograd convolutions; ask for the precision fp32 or bf16, or for --device cpu";
  }
  [[nodiscard]] std::string engine() const override { return options_.engine; }
  [[nodiscard]] std::string numeric_identity() const override { return identity_; }
  [[nodiscard]] std::string description() const override {
    return fmt::format("{} (compute capability {}.{}, {:.1f} GiB), engine {}", device_.name, device_.major,
                       device_.minor, static_cast<double>(device_.memory) / (1 << 30), options_.engine);
  }

 private:
  CudaOptions options_;
  CudaDevice device_;
  std::string identity_;
  std::int64_t share_;  ///< of the device's memory, for this process
  CudaArrays arrays_;
};

void expect_sensible(const CudaOptions& options, int count) {
  if (options.engine != kEngineShoal && options.engine != kEngineCudnn) {
    throw UsageError(fmt::format("there is no GPU engine '{}'; known are {} and {}", options.engine,
                                 kEngineShoal, kEngineCudnn));
  }
  if (options.engine == kEngineCudnn && !Cudnn::why_none().empty()) {
    throw UsageError(fmt::format("{}; ask for engine shoal", Cudnn::why_none()));
  }
  if (options.tiles_in_flight < 1) {
    throw UsageError(
        fmt::format("{} tiles in flight are asked for; at least 1 is needed", options.tiles_in_flight));
  }
  if (options.device < 0 || options.device >= count) {
    throw UsageError(fmt::format(
        "GPU {} is asked for, but this process may use {}: give each rank one of them, or start fewer "
        "ranks a node",
        options.device, count));
  }
}

}  // namespace
}  // namespace shoal

extern "C" __attribute__((visibility("default"))) shoal::Backend* shoal_make_cuda_backend(
    const shoal::CudaOptions& options) {
  using namespace shoal;
  int count = 0;
  const std::string why = why_no_device(count);
  if (!why.empty()) throw FailureError(why);
  expect_sensible(options, count);
  CudaDevice device = device_of(options.device);
  if (const std::string reason = why_unsupported(device); !reason.empty()) throw FailureError(reason);
  expect_usable(device);
  return std::make_unique<CudaBackend>(options, std::move(device)).release();
}

extern "C" __attribute__((visibility("default"))) void shoal_survey_cuda(shoal::CudaSurvey& survey) {
  using namespace shoal;
  int count = 0;
  survey = {{}, why_no_device(count), Cudnn::why_none()};
  if (!survey.why_none.empty()) return;
  std::string reason;
  for (int number = 0; number < count; ++number) {
    try {
      CudaDevice device = device_of(number);
      reason = why_unsupported(device);
      if (reason.empty()) survey.devices.push_back(std::move(device));
    } catch (const Error& error) {
      reason = error.what();
    }
  }
  if (survey.devices.empty()) survey.why_none = reason;
}
