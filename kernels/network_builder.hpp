// From a list of layers to layers on the device.
#pragma once

#include <memory>
#include <variant>
#include <vector>

#include "cudnn_tuning.hpp"
#include "layers.hpp"
#include "network_tuning.hpp"

namespace shoal {

template <class T>
struct DeviceLayers {
  std::unique_ptr<FirstLayer<T>> first;
  std::vector<std::unique_ptr<MiddleLayer<T>>> middle;
  std::unique_ptr<LastLayer<T>> last;
};

/// Visits the layers in order. The list was checked by plan_network. With cuDNN, all convolutions but a first
/// layer are its, by the plans given, or ours where a plan says so.
template <class T>
class NetworkBuilder {
 public:
  NetworkBuilder(const NetworkSpec& spec, const WeightSource& weights, Upload& upload, Cudnn* cudnn,
                 std::vector<std::string> plans)
      : spec_(spec),
        weights_(weights),
        upload_(upload),
        cudnn_(cudnn),
        plans_(std::move(plans)),
        shape_{spec.tile_images, spec.side, 3} {}

  DeviceLayers<T> build() {
    for (at_ = 0; at_ < spec_.layers.size(); ++at_) std::visit(*this, spec_.layers[at_]);
    if (!layers_.last) layers_.last = make_planes<T>(shape_);
    return std::move(layers_);
  }

  void operator()(const Convolution& layer) {
    if (!layers_.first) {
      layers_.first = make_first_convolution<T>(layer, spec_.normalisation, shape_.images, shape_.side,
                                                weights_, upload_);
    } else {
      layers_.middle.push_back(make_middle_convolution(layer));
    }
    shape_.channels = layer.out_channels;
  }
  void operator()(const MaxPool&) {
    begin_with_pixels();
    layers_.middle.push_back(make_max_pool<T>(shape_));
    shape_.side /= 2;
  }
  void operator()(const AdaptiveAveragePool& layer) {
    begin_with_pixels();
    layers_.middle.push_back(make_average_pool<T>(shape_, layer.side));
    shape_.side = layer.side;
  }
  void operator()(const FullyConnected& layer) {
    begin_with_pixels();
    const ConnectedInput input{shape_.images, shape_.side * shape_.side, shape_.channels};
    const bool softmax_follows =
        at_ + 2 == spec_.layers.size() && std::holds_alternative<Softmax>(spec_.layers.back());
    if (at_ + 1 == spec_.layers.size() || softmax_follows) {
      layers_.last = make_last_connected<T>(layer, input, softmax_follows, weights_, upload_);
    } else {
      layers_.middle.push_back(make_connected<T>(layer, input, weights_, upload_));
    }
    shape_ = {shape_.images, 1, layer.out_features};
  }
  void operator()(const Softmax&) {}  // belongs to the fully connected layer before it

 private:
  void begin_with_pixels() {
    if (!layers_.first)
      layers_.first = make_pixel_layer<T>(spec_.normalisation, shape_.images, shape_.side, upload_);
  }

  std::unique_ptr<MiddleLayer<T>> make_middle_convolution(const Convolution& layer) {
    const std::size_t number = convolutions_++;
    if (cudnn_ == nullptr || plans_[number] == kPlanOfOurs) {
      return make_convolution<T>(layer, shape_, weights_, upload_);
    }
    return make_cudnn_convolution<T>(layer, shape_, weights_, upload_, *cudnn_, plans_[number]);
  }

  const NetworkSpec& spec_;
  const WeightSource& weights_;
  Upload& upload_;
  Cudnn* cudnn_;
  std::vector<std::string> plans_;
  std::size_t convolutions_ = 0;
  ImageShape shape_;
  std::size_t at_ = 0;
  DeviceLayers<T> layers_;
};

}  // namespace shoal
