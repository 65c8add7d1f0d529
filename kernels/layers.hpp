// The layers of a network on the device, each with its weights there. T: float or __nv_bfloat16, the type of
// activations between layers and of weights.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "cudnn_convolution.hpp"
#include "first_convolution.hpp"
#include "image_shape.hpp"
#include "products.hpp"
#include "shoal/compute/network.hpp"
#include "stream.hpp"
#include "upload.hpp"

namespace shoal {

/// What all layers of a network share while they run.
struct Bench {
  Stream& stream;
  Products& products;
  float* partial;  ///< device: room for the largest layer's split products
};

/// From pixels to activations.
template <class T>
class FirstLayer {
 public:
  virtual ~FirstLayer() = default;
  virtual void run(const std::uint8_t* pixels, T* to, Bench& bench) = 0;
};
template <class T>
class MiddleLayer {
 public:
  virtual ~MiddleLayer() = default;
  virtual void run(const T* from, T* to, Bench& bench) = 0;
};
/// From activations to features, rows of a multiple of kChannelStep numbers unless they are planes.
template <class T>
class LastLayer {
 public:
  virtual ~LastLayer() = default;
  virtual void run(const T* from, float* to, Bench& bench) = 0;
};

/// What a fully connected layer reads: (images, features), or an image whose channels were filled up.
struct ConnectedInput {
  std::int64_t images = 0;
  std::int64_t pixels = 1;    ///< of an image
  std::int64_t channels = 0;  ///< of a pixel; with pixels = 1, the features
  [[nodiscard]] std::int64_t features() const { return pixels * channels; }
  [[nodiscard]] std::int64_t filled_up_features() const { return pixels * filled_up(channels, kChannelStep); }
};

template <class T>
std::unique_ptr<FirstLayer<T>> make_first_convolution(const Convolution& layer,
                                                      const Normalisation& normalisation, std::int64_t images,
                                                      std::int64_t side, const WeightSource& weights,
                                                      Upload& upload);
/// Only normalises, for networks that begin with another layer.
template <class T>
std::unique_ptr<FirstLayer<T>> make_pixel_layer(const Normalisation& normalisation, std::int64_t images,
                                                std::int64_t side, Upload& upload);
/// shape: what the layer reads, channels not filled up.
template <class T>
std::unique_ptr<MiddleLayer<T>> make_convolution(const Convolution& layer, const ImageShape& shape,
                                                 const WeightSource& weights, Upload& upload);
/// The same by a plan of cuDNN's.
template <class T>
std::unique_ptr<MiddleLayer<T>> make_cudnn_convolution(const Convolution& layer, const ImageShape& shape,
                                                       const WeightSource& weights, Upload& upload,
                                                       Cudnn& cudnn, const std::string& plan);
template <class T>
std::unique_ptr<MiddleLayer<T>> make_max_pool(const ImageShape& shape);
template <class T>
std::unique_ptr<MiddleLayer<T>> make_average_pool(const ImageShape& shape, std::int64_t side);
template <class T>
std::unique_ptr<MiddleLayer<T>> make_connected(const FullyConnected& layer, const ConnectedInput& input,
                                               const WeightSource& weights, Upload& upload);
template <class T>
std::unique_ptr<LastLayer<T>> make_last_connected(const FullyConnected& layer, const ConnectedInput& input,
                                                  bool with_softmax, const WeightSource& weights,
                                                  Upload& upload);
/// Features by channel, row, column.
template <class T>
std::unique_ptr<LastLayer<T>> make_planes(const ImageShape& shape);

}  // namespace shoal
