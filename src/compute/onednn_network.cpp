// Convolutions and pools by oneDNN, one image at a time, on two alternating buffers a
// worker. Written for oneDNN 2.6; the two places where 3.x differs choose by its version.
#include "onednn_network.hpp"

#include <fmt/format.h>
#include <omp.h>

#include <algorithm>
#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>
#include <utility>
#include <vector>

#include "pixels.hpp"
#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/stop.hpp"

namespace shoal {
namespace {

using Desc = dnnl::memory::desc;
using Tag = dnnl::memory::format_tag;
using Type = dnnl::memory::data_type;

/// Channels x side x side of one image.
struct ImageShape {
  std::int64_t channels = 0;
  std::int64_t side = 0;
  [[nodiscard]] std::int64_t elements() const { return channels * side * side; }
  [[nodiscard]] dnnl::memory::dims dims() const { return {1, channels, side, side}; }
  [[nodiscard]] Desc plain() const { return {dims(), Type::f32, Tag::nchw}; }
  [[nodiscard]] Desc any(Type type) const { return {dims(), type, Tag::any}; }
};

/// Weights or a bias, shared by all workers, and where they lie among the network's tensors.
struct Constant {
  int argument = 0;
  Desc desc;
  std::size_t offset = 0;
};

/// One layer, or a change of layout: a primitive, or (without one) an adaptive average from plain to plain.
struct Step {
  dnnl::primitive primitive;
  Desc source;
  Desc destination;
  Desc scratchpad;
  std::vector<Constant> constants;
  ImageShape average_from;
  ImageShape average_to;
};

/// Turns what oneDNN throws into an error with a sentence.
template <class Function>
auto with_onednn(const char* doing, Function&& function) {
  try {
    return function();
  } catch (const dnnl::error& error) {
    if (error.status == dnnl_out_of_memory) {
      throw ResourceError(fmt::format("oneDNN ran out of memory while {}; use fewer threads a rank", doing));
    }
    throw FailureError(fmt::format("oneDNN failed while {}: {} (status {})", doing, error.what(),
                                   static_cast<int>(error.status)));
  }
}

/// oneDNN splits a primitive over OpenMP threads; here one thread is one worker. Needed when a primitive is
/// made, since it is then that the number is fixed, and when it runs.
class OneOpenMpThread {
 public:
  OneOpenMpThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneOpenMpThread() { omp_set_num_threads(before_); }
  OneOpenMpThread(const OneOpenMpThread&) = delete;
  OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;

 private:
  int before_;
};

/// Scratch memory comes from us: oneDNN's own is shared between threads that run the same primitive.
dnnl::primitive_attr attributes(bool relu) {
  dnnl::primitive_attr attr;
  attr.set_scratchpad_mode(dnnl::scratchpad_mode::user);
  if (relu) {
    dnnl::post_ops after;
#if DNNL_VERSION_MAJOR >= 3
    after.append_eltwise(dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
#else
    after.append_eltwise(1.0F, dnnl::algorithm::eltwise_relu, 0.0F, 0.0F);
#endif
    attr.set_post_ops(after);
  }
  return attr;
}

using ConvolutionPlan = dnnl::convolution_forward::primitive_desc;

/// Operands of one type, a bias in float32.
ConvolutionPlan plan_convolution(const dnnl::engine& engine, dnnl::algorithm algorithm, Type type,
                                 const Desc& source, const ImageShape& from, const ImageShape& to) {
  const Desc weights({to.channels, from.channels, 3, 3}, type, Tag::any);
  const Desc bias({to.channels}, Type::f32, Tag::x);
  const dnnl::memory::dims one{1, 1};
  constexpr auto kind = dnnl::prop_kind::forward_inference;
#if DNNL_VERSION_MAJOR >= 3
  return {engine, kind, algorithm, source, weights, bias, to.any(type), one, one, one, attributes(true)};
#else
  return {{kind, algorithm, source, weights, bias, to.any(type), one, one, one}, attributes(true), engine};
#endif
}

dnnl::pooling_forward::primitive_desc plan_max_pool(const dnnl::engine& engine, const Desc& source,
                                                    const ImageShape& to, Type type) {
  const dnnl::memory::dims two{2, 2};
  const dnnl::memory::dims zero{0, 0};
  constexpr auto kind = dnnl::prop_kind::forward_inference;
  constexpr auto max = dnnl::algorithm::pooling_max;
#if DNNL_VERSION_MAJOR >= 3
  return {engine, kind, max, source, to.any(type), two, two, zero, zero, zero, attributes(false)};
#else
  return {{kind, max, source, to.any(type), two, two, zero, zero}, attributes(false), engine};
#endif
}

/// What writes a tensor into the layout that its primitive wants. `weights` must be there until then.
WeightLayout::Write writer(const dnnl::engine& engine, const WeightSource& weights, const std::string& name,
                           const Desc& plain, const Desc& wanted) {
  return [engine, &weights, name, plain, wanted](std::byte* to) {
    const auto values = weights(name, plain.get_size() / sizeof(float));
    with_onednn("laying out weights", [&] {
      const OneOpenMpThread guard;
      dnnl::stream stream(engine);
      // oneDNN takes its sources by a pointer to non-const data and does not write to them.
      const dnnl::memory source(plain, engine, const_cast<float*>(values.data()));
      const dnnl::memory copy(wanted, engine, to);
      dnnl::reorder(source, copy).execute(stream, {{DNNL_ARG_FROM, source}, {DNNL_ARG_TO, copy}});
      stream.wait();
    });
  };
}

/// Layers become steps in order; layouts are oneDNN's choice between the plain ones at both ends.
class StackBuilder {
 public:
  StackBuilder(const NetworkSpec& spec, const WeightSource& weights, WeightLayout& tensors)
      : engine_(dnnl::engine::kind::cpu, 0),
        weights_(weights),
        tensors_(tensors),
        winograd_(spec.precision == Precision::fp32_winograd),
        type_(spec.precision == Precision::bf16 ? Type::bf16 : Type::f32),
        shape_{3, spec.side},
        layout_(shape_.plain()) {}

  void operator()(const Convolution& layer) {
    const ImageShape to{layer.out_channels, shape_.side};
    const ConvolutionPlan plan = plan_of(to);
    change_layout(plan.src_desc());
    const Desc bias = plan.bias_desc();
    const Desc plain({to.channels, shape_.channels, 3, 3}, Type::f32, Tag::oihw);
    append({dnnl::convolution_forward(plan),
            plan.src_desc(),
            plan.dst_desc(),
            plan.scratchpad_desc(),
            {constant(DNNL_ARG_WEIGHTS, layer.weights, plain, plan.weights_desc()),
             constant(DNNL_ARG_BIAS, layer.bias, bias, bias)},
            {},
            {}},
           to);
  }

  void operator()(const MaxPool&) {
    const ImageShape to{shape_.channels, shape_.side / 2};
    const auto plan = plan_max_pool(engine_, layout_, to, steps_.empty() ? Type::f32 : type_);
    append({dnnl::pooling_forward(plan), layout_, plan.dst_desc(), plan.scratchpad_desc(), {}, {}, {}}, to);
  }

  void operator()(const AdaptiveAveragePool& layer) {
    const ImageShape to{shape_.channels, layer.side};
    change_layout(shape_.plain());
    if (to.side == shape_.side) return;
    append({{}, layout_, to.plain(), {}, {}, shape_, to}, to);
  }

  void operator()(const FullyConnected&) {
    throw FailureError("a fully connected layer cannot stand among convolutions; list it after them");
  }

  void operator()(const Softmax&) {
    throw FailureError("a softmax cannot stand among convolutions; list it after a fully connected layer");
  }

  std::vector<Step> finish() {
    change_layout(shape_.plain());
    return std::move(steps_);
  }
  [[nodiscard]] const dnnl::engine& engine() const { return engine_; }
  [[nodiscard]] ImageShape shape() const { return shape_; }

 private:
  void append(Step step, const ImageShape& to) {
    if (to.channels < 1 || to.side < 1) {
      throw FailureError("a layer of the network leaves nothing over; use larger images or fewer pools");
    }
    layout_ = step.destination;
    shape_ = to;
    steps_.push_back(std::move(step));
  }

  void change_layout(const Desc& wanted) {
    if (wanted == layout_) return;
    const dnnl::reorder::primitive_desc plan(engine_, layout_, engine_, wanted, attributes(false));
    append({dnnl::reorder(plan), layout_, wanted, plan.scratchpad_desc(), {}, {}, {}}, shape_);
  }

  /// A convolution from the present layout.
  [[nodiscard]] ConvolutionPlan plan_of(const ImageShape& to) const {
    constexpr auto direct = dnnl::algorithm::convolution_direct;
    const bool first = steps_.empty();
    // The first layer reads planes as the normalisation leaves them; oneDNN has kernels in float32 for three
    // channels of them, and none by Winograd that would be faster.
    if (first && type_ == Type::f32) return plan_convolution(engine_, direct, type_, layout_, shape_, to);
    const Desc source = shape_.any(type_);
    if (winograd_ && !first) {
      try {
        return plan_convolution(engine_, dnnl::algorithm::convolution_winograd, type_, source, shape_, to);
      } catch (const dnnl::error& error) {
        // Not for these widths: the direct one, then.
        if (error.status != dnnl_unimplemented) throw;
      }
    }
    return plan_convolution(engine_, direct, type_, source, shape_, to);
  }

  /// A tensor of the network in the layout that its primitive wants.
  Constant constant(int argument, const std::string& name, const Desc& plain, const Desc& wanted) {
    return {argument, wanted,
            tensors_.add(wanted.get_size(), writer(engine_, weights_, name, plain, wanted))};
  }

  dnnl::engine engine_;
  const WeightSource& weights_;
  WeightLayout& tensors_;
  bool winograd_;
  Type type_;
  ImageShape shape_;
  Desc layout_;
  std::vector<Step> steps_;
};

/// What a worker needs for the largest of the steps.
struct WorkerBytes {
  std::size_t activations = 0;  ///< before or after a step
  std::size_t scratch = 0;
};

WorkerBytes bytes_for(const std::vector<Step>& steps, std::size_t input_bytes) {
  WorkerBytes bytes{input_bytes, 0};
  for (const Step& step : steps) {
    bytes.activations = std::max({bytes.activations, step.source.get_size(), step.destination.get_size()});
    bytes.scratch = std::max(bytes.scratch, step.scratchpad.get_size());
  }
  return bytes;
}

/// What one thread needs to run the steps: two buffers in turn, and each step's arguments in them.
class Worker {
 public:
  Worker(const dnnl::engine& engine, const std::vector<Step>& steps, WorkerBytes bytes,
         std::span<const std::byte> weights)
      : stream_(engine), weights_(weights), scratch_(bytes.scratch) {
    for (auto& buffer : buffers_) buffer = AlignedBuffer(bytes.activations);
    for (std::size_t i = 0; i < steps.size(); ++i) arguments_.push_back(arguments_of(engine, steps[i], i));
  }

  /// Where the first step reads.
  [[nodiscard]] float* input() const { return buffers_[0].floats(); }
  /// Where the last of `steps` steps wrote.
  [[nodiscard]] const float* output(std::size_t steps) const { return buffers_[steps % 2].floats(); }

  void run(const Step& step, std::size_t number) {
    if (step.primitive) {
      step.primitive.execute(stream_, arguments_[number]);
    } else {
      adaptive_average_pool(buffers_[number % 2].floats(), step.average_from.channels, step.average_from.side,
                            step.average_to.side, buffers_[(number + 1) % 2].floats());
    }
  }
  void wait() { stream_.wait(); }

 private:
  using Arguments = std::unordered_map<int, dnnl::memory>;

  Arguments arguments_of(const dnnl::engine& engine, const Step& step, std::size_t number) {
    if (!step.primitive) return {};
    Arguments arguments;
    for (const Constant& constant : step.constants) {
      // As above: not written to.
      auto* at = const_cast<std::byte*>(weights_.data() + constant.offset);
      arguments[constant.argument] = dnnl::memory(constant.desc, engine, at);
    }
    arguments[DNNL_ARG_SRC] = dnnl::memory(step.source, engine, buffers_[number % 2].data());
    arguments[DNNL_ARG_DST] = dnnl::memory(step.destination, engine, buffers_[(number + 1) % 2].data());
    arguments[DNNL_ARG_SCRATCHPAD] = dnnl::memory(step.scratchpad, engine, scratch_.data());
    return arguments;
  }

  dnnl::stream stream_;
  std::span<const std::byte> weights_;
  AlignedBuffer buffers_[2];
  AlignedBuffer scratch_;
  std::vector<Arguments> arguments_;
};

class OnednnStack final : public ImageStack {
 public:
  OnednnStack(StackBuilder builder, const NetworkSpec& spec)
      : table_(normalisation_table(spec.normalisation)),
        engine_(builder.engine()),
        steps_(builder.finish()),
        shape_(builder.shape()),
        bytes_(bytes_for(steps_, static_cast<std::size_t>(3 * spec.side * spec.side) * sizeof(float))) {}

  void start(std::span<const std::byte> weights, int workers) override {
    with_onednn("preparing the network", [&] {
      for (int i = 0; i < workers; ++i) workers_.emplace_back(engine_, steps_, bytes_, weights);
    });
  }

  [[nodiscard]] std::int64_t features() const override { return shape_.elements(); }
  [[nodiscard]] std::size_t bytes_of_worker() const override {
    return 2 * bytes_.activations + bytes_.scratch;
  }

  void run(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) override {
    SHOAL_EXPECT(std::ssize(features) == shape_.elements());
    const OneOpenMpThread guard;
    Worker& own = workers_[static_cast<std::size_t>(worker)];
    normalise(pixels, table_, own.input());
    with_onednn("computing an image's features", [&] {
      for (std::size_t i = 0; i < steps_.size(); ++i) {
        leave_if_stop_requested();
        own.run(steps_[i], i);
      }
      own.wait();
    });
    std::memcpy(features.data(), own.output(steps_.size()), features.size_bytes());
  }

 private:
  NormalisationTable table_;
  dnnl::engine engine_;
  std::vector<Step> steps_;
  ImageShape shape_;
  WorkerBytes bytes_;
  std::vector<Worker> workers_;
};

}  // namespace

std::unique_ptr<ImageStack> compile_image_stack(const NetworkSpec& spec, std::span<const Layer> layers,
                                                const WeightSource& weights, WeightLayout& layout) {
  return with_onednn("preparing the network", [&]() -> std::unique_ptr<ImageStack> {
    const OneOpenMpThread guard;
    StackBuilder builder(spec, weights, layout);
    for (const Layer& layer : layers) std::visit(builder, layer);
    return std::make_unique<OnednnStack>(std::move(builder), spec);
  });
}

}  // namespace shoal
