// A network on the GPU: layers on one stream, and for each tile in flight a stream that brings pixels and
// takes features, so that one tile travels while another is computed. Nothing is allocated once it is
// compiled.
#include "cuda_network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <mutex>

#include "network_builder.hpp"
#include "network_plan.hpp"
#include "network_tuning.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

/// What a tile in flight has for itself.
struct TileSlot {
  TileSlot(std::int64_t pixel_count, std::int64_t feature_count)
      : pinned_pixels(pixel_count, "a tile's pixels"),
        pixels(pixel_count, "a tile's pixels"),
        features(feature_count, "a tile's features"),
        pinned_features(feature_count, "a tile's features") {}

  PinnedBuffer<std::uint8_t> pinned_pixels;
  DeviceBuffer<std::uint8_t> pixels;
  DeviceBuffer<float> features;
  PinnedBuffer<float> pinned_features;
  std::uint64_t first_mark = 0;  ///< on the computing stream, before the tile's first kernel
  std::uint64_t last_mark = 0;   ///< after its last
  Event arrived;                 ///< pixels are on the device
  Event computed;                ///< features are on the device
  Stream copies;
};

template <class T>
class CudaNetwork final : public Network {
 public:
  CudaNetwork(const NetworkSpec& spec, const NetworkPlan& plan, std::vector<std::string> cudnn_plans,
              const WeightSource& weights, const CudaOptions& options)
      : device_(options.device),
        plan_(plan),
        tile_(spec.tile_images),
        products_(compute_),
        activations_{DeviceBuffer<T>(plan.largest_activations, "activations"),
                     DeviceBuffer<T>(plan.largest_activations, "activations")},
        partial_(plan.partial, "products of fully connected layers") {
    if (options.engine == kEngineCudnn) cudnn_ = std::make_unique<Cudnn>(compute_);
    Upload upload(compute_, options.threads);
    layers_ = NetworkBuilder<T>(spec, weights, upload, cudnn_.get(), std::move(cudnn_plans)).build();
    if (cudnn_) cudnn_->allocate_workspace();
    for (int i = 0; i < options.tiles_in_flight; ++i) {
      slots_.push_back(
          std::make_unique<TileSlot>(tile_ * spec.side * spec.side * 3, tile_ * plan.feature_stride));
    }
  }
  /// Members go in an order of their own: nothing may be running by then.
  ~CudaNetwork() override { compute_.settle(); }
  CudaNetwork(const CudaNetwork&) = delete;
  CudaNetwork& operator=(const CudaNetwork&) = delete;

  [[nodiscard]] std::int64_t tile_images() const override { return tile_; }
  [[nodiscard]] std::int64_t features() const override { return plan_.features; }
  [[nodiscard]] int workers() const override { return static_cast<int>(slots_.size()); }

  void forward(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) override {
    SHOAL_EXPECT(0 <= worker && worker < workers());
    TileSlot& slot = *slots_[static_cast<std::size_t>(worker)];
    SHOAL_EXPECT(std::ssize(pixels) == slot.pixels.count());
    SHOAL_EXPECT(std::ssize(features) == tile_ * plan_.features);
    std::copy(pixels.begin(), pixels.end(), slot.pinned_pixels.data());
    try {
      check_cuda(cudaSetDevice(device_), "cudaSetDevice");
      ask_for(slot);
      slot.copies.synchronize();
    } catch (...) {
      // The slot's buffers must be still before another tile uses them.
      slot.copies.settle();
      tell_if_device_is_lost(slot);
      throw;
    }
    for (std::int64_t i = 0; i < tile_; ++i) {
      std::copy_n(slot.pinned_features.data() + i * plan_.feature_stride, plan_.features,
                  features.data() + i * plan_.features);
    }
  }

 private:
  /// Puts all work for a tile on the streams. One tile at a time: all share the activations.
  void ask_for(TileSlot& slot) {
    const std::lock_guard lock(mutex_);
    copy_to_device(slot.pixels.data(), slot.pinned_pixels.data(), slot.pixels.count(), slot.copies);
    slot.arrived.record(slot.copies);
    compute_.wait(slot.arrived);
    slot.first_mark = compute_.trail().marks();
    try {
      run_layers(slot);
    } catch (...) {
      slot.last_mark = compute_.trail().marks();  // later ones are other tiles'
      throw;
    }
    slot.last_mark = compute_.trail().marks();
    slot.computed.record(compute_);
    slot.copies.wait(slot.computed);
    copy_to_host(slot.pinned_features.data(), slot.features.data(), slot.features.count(), slot.copies);
  }

  void run_layers(TileSlot& slot) {
    Bench bench{compute_, products_, partial_.data()};
    T* from = activations_[0].data();
    T* to = activations_[1].data();
    leave_if_stop_requested();
    layers_.first->run(slot.pixels.data(), from, bench);
    for (const auto& layer : layers_.middle) {
      leave_if_stop_requested();
      layer->run(from, to, bench);
      std::swap(from, to);
    }
    leave_if_stop_requested();
    layers_.last->run(from, slot.features.data(), bench);
  }

  /// A lost device answers everything with the same error. Throws it with the kernel that was not done: as a
  /// FailureElsewhere where that belongs to a tile in another thread's hands, which meets it, too.
  void tell_if_device_is_lost(const TileSlot& slot) {
    const std::lock_guard lock(mutex_);
    const cudaError_t outcome = compute_.settle();
    const std::uint64_t missing = compute_.trail().missing();
    if (outcome == cudaSuccess || missing == 0) return;
    const auto is_of = [&](const TileSlot& any) {
      return any.first_mark < missing && missing <= any.last_mark;
    };
    const std::string work = compute_.trail().work_before(missing);
    if (is_of(slot) || std::ranges::none_of(slots_, [&](const auto& other) { return is_of(*other); })) {
      check_cuda(outcome, work.c_str());
    }
    try {
      check_cuda(outcome, (work + ", in another tile").c_str());
    } catch (const Error& error) {
      throw FailureElsewhere(error.what());
    }
  }

  int device_;
  NetworkPlan plan_;
  std::int64_t tile_;
  Stream compute_;
  Products products_;
  std::unique_ptr<Cudnn> cudnn_;
  std::array<DeviceBuffer<T>, 2> activations_;
  DeviceBuffer<float> partial_;
  DeviceLayers<T> layers_;
  std::vector<std::unique_ptr<TileSlot>> slots_;
  std::mutex mutex_;
};

double mebibytes(std::int64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

std::int64_t most_scratch(const CudaOptions& options) {
  return options.engine == kEngineCudnn ? kMostCudnnWorkspace : 0;
}

std::int64_t device_bytes(const NetworkSpec& spec, const NetworkPlan& plan, const CudaOptions& options) {
  return plan.device_bytes(spec, options.tiles_in_flight) + most_scratch(options);
}

/// there: how much the network finds, as part of a sentence.
std::string refusal(const NetworkSpec& spec, const NetworkPlan& plan, const CudaOptions& options,
                    const std::string& there) {
  return fmt::format(
      "the network needs {:.0f} MiB of GPU memory ({:.0f} of them weights) for tiles of {} images, but {}; "
      "run fewer ranks on each GPU, ask for a lower resize or precision = \"bf16\", or run with --device cpu",
      mebibytes(device_bytes(spec, plan, options)), mebibytes(plan.weight_bytes), spec.tile_images, there);
}

/// Before the first allocation, so that the sentence can say how much is wanted in all.
void expect_device_memory(const NetworkSpec& spec, const NetworkPlan& plan, const CudaOptions& options) {
  std::size_t free = 0;
  std::size_t total = 0;
  check_cuda(cudaMemGetInfo(&free, &total), "cudaMemGetInfo");
  if (device_bytes(spec, plan, options) <= static_cast<std::int64_t>(free)) return;
  throw ResourceError(
      refusal(spec, plan, options,
              fmt::format("{:.0f} of {:.0f} MiB are free", mebibytes(static_cast<std::int64_t>(free)),
                          mebibytes(static_cast<std::int64_t>(total)))));
}

}  // namespace

std::unique_ptr<Network> compile_cuda_network(const NetworkSpec& spec, const WeightSource& weights,
                                              const CudaOptions& options) {
  const NetworkPlan plan = plan_network(spec);
  expect_device_memory(spec, plan, options);
  std::vector<std::string> cudnn_plans;
  if (options.engine == kEngineCudnn) {
    cudnn_plans = plans_of(spec.plans.empty() ? tune_convolutions(plan, spec.precision) : spec.plans, plan);
  }
  if (spec.precision == Precision::bf16) {
    return std::make_unique<CudaNetwork<__nv_bfloat16>>(spec, plan, std::move(cudnn_plans), weights, options);
  }
  return std::make_unique<CudaNetwork<float>>(spec, plan, std::move(cudnn_plans), weights, options);
}

std::string tune_cuda_network(const NetworkSpec& spec, const CudaOptions& options) {
  if (options.engine != kEngineCudnn) return {};
  const NetworkPlan plan = plan_network(spec);
  expect_device_memory(spec, plan, options);
  return tune_convolutions(plan, spec.precision);
}

NetworkMemory cuda_network_memory(const NetworkSpec& spec, const CudaOptions& options) {
  const NetworkPlan plan = plan_network(spec);
  return {0, plan.pinned_bytes(spec, options.tiles_in_flight), plan.features, options.tiles_in_flight};
}

std::string cuda_network_refusal(const NetworkSpec& spec, const CudaOptions& options, std::int64_t share) {
  const NetworkPlan plan = plan_network(spec);
  if (device_bytes(spec, plan, options) <= share) return {};
  return refusal(spec, plan, options, fmt::format("{:.0f} MiB are a rank's share", mebibytes(share)));
}

std::int64_t cuda_tile_images(NetworkSpec spec, const CudaOptions& options, std::size_t device_memory) {
  // Batches of 128 keep the GPU busy and read the weights of fully connected layers seldom enough. A fifth of
  // the memory is left to the driver, the libraries and the clusterings.
  for (spec.tile_images = 128; spec.tile_images > 8; spec.tile_images /= 2) {
    const std::int64_t needed = device_bytes(spec, plan_network(spec), options);
    if (needed <= static_cast<std::int64_t>(device_memory / 5 * 4)) break;
  }
  return spec.tile_images;
}

}  // namespace shoal
