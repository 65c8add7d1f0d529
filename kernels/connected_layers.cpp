// Fully connected layers: cuBLAS's product, then ours for what follows it.
#include "fully_connected.hpp"
#include "layers.hpp"

namespace shoal {
namespace {

/// (out, in), both filled up with zeros. Where the layer reads an image, its inputs are ordered by channel,
/// row, column in the weights, and by row, column, channel on the device.
template <class T>
DeviceBuffer<T> upload_matrix(const FullyConnected& layer, const ConnectedInput& input,
                              const WeightSource& weights, Upload& upload) {
  const auto w = weights(layer.weights, static_cast<std::size_t>(layer.out_features * input.features()));
  const std::int64_t wide_in = input.filled_up_features();
  const std::int64_t wide_channels = filled_up(input.channels, kChannelStep);
  const std::int64_t wide_out = filled_up(layer.out_features, kChannelStep);
  return upload.make<T>(wide_out * wide_in, "a fully connected layer's weights", [&](std::int64_t i) {
    const std::int64_t o = i / wide_in;
    const std::int64_t pixel = i % wide_in / wide_channels;
    const std::int64_t channel = i % wide_channels;
    if (o >= layer.out_features || channel >= input.channels) return 0.0F;
    return w[static_cast<std::size_t>(o * input.features() + channel * input.pixels + pixel)];
  });
}

template <class T>
class Connected {
 public:
  Connected(const FullyConnected& layer, const ConnectedInput& input, const WeightSource& weights,
            Upload& upload)
      : weights_(upload_matrix<T>(layer, input, weights, upload)),
        rows_(input.images),
        in_(input.filled_up_features()),
        out_features_(layer.out_features),
        relu_(layer.relu) {
    const auto b = weights(layer.bias, static_cast<std::size_t>(layer.out_features));
    bias_ = upload.make<float>(
        filled_up(layer.out_features, kChannelStep), "a fully connected layer's bias",
        [&](std::int64_t o) { return o < layer.out_features ? b[static_cast<std::size_t>(o)] : 0.0F; });
  }

  template <class To>
  void run(const T* from, To* to, Bench& bench) {
    bench.products.multiply(from, rows_, in_, weights_.data(), bias_.count(), bench.partial);
    finish_fully_connected(bench.partial, splits_of(in_), rows_, bias_.count(), bias_.data(), relu_, to,
                           bench.stream);
  }
  void turn_into_probabilities(float* scores, Bench& bench) const {
    softmax(scores, rows_, out_features_, bias_.count(), bench.stream);
  }

 private:
  DeviceBuffer<T> weights_;
  DeviceBuffer<float> bias_;
  std::int64_t rows_;
  std::int64_t in_;
  std::int64_t out_features_;
  bool relu_;
};

template <class T>
class ConnectedLayer final : public MiddleLayer<T> {
 public:
  explicit ConnectedLayer(Connected<T> layer) : layer_(std::move(layer)) {}
  void run(const T* from, T* to, Bench& bench) override { layer_.run(from, to, bench); }

 private:
  Connected<T> layer_;
};

template <class T>
class LastConnectedLayer final : public LastLayer<T> {
 public:
  LastConnectedLayer(Connected<T> layer, bool with_softmax)
      : layer_(std::move(layer)), softmax_(with_softmax) {}
  void run(const T* from, float* to, Bench& bench) override {
    layer_.run(from, to, bench);
    if (softmax_) layer_.turn_into_probabilities(to, bench);
  }

 private:
  Connected<T> layer_;
  bool softmax_;
};

}  // namespace

template <class T>
std::unique_ptr<MiddleLayer<T>> make_connected(const FullyConnected& layer, const ConnectedInput& input,
                                               const WeightSource& weights, Upload& upload) {
  return std::make_unique<ConnectedLayer<T>>(Connected<T>(layer, input, weights, upload));
}
template <class T>
std::unique_ptr<LastLayer<T>> make_last_connected(const FullyConnected& layer, const ConnectedInput& input,
                                                  bool with_softmax, const WeightSource& weights,
                                                  Upload& upload) {
  return std::make_unique<LastConnectedLayer<T>>(Connected<T>(layer, input, weights, upload), with_softmax);
}

template std::unique_ptr<MiddleLayer<float>> make_connected(const FullyConnected&, const ConnectedInput&,
                                                            const WeightSource&, Upload&);
template std::unique_ptr<MiddleLayer<__nv_bfloat16>> make_connected(const FullyConnected&,
                                                                    const ConnectedInput&,
                                                                    const WeightSource&, Upload&);
template std::unique_ptr<LastLayer<float>> make_last_connected(const FullyConnected&, const ConnectedInput&,
                                                               bool, const WeightSource&, Upload&);
template std::unique_ptr<LastLayer<__nv_bfloat16>> make_last_connected(const FullyConnected&,
                                                                       const ConnectedInput&, bool,
                                                                       const WeightSource&, Upload&);

}  // namespace shoal
