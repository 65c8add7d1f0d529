// Layers over images: convolutions, pools, and the way out as planes.
#include <array>

#include "average_pool.hpp"
#include "convolution.hpp"
#include "layers.hpp"
#include "max_pool.hpp"

namespace shoal {
namespace {

ImageShape with_filled_up_channels(ImageShape shape) {
  shape.channels = filled_up(shape.channels, kChannelStep);
  return shape;
}

/// (taps, in filled up to `step`, out filled up) from (out, in, taps): what was filled up is zero.
template <class T>
DeviceBuffer<T> upload_taps(const Convolution& layer, std::int64_t in, std::int64_t step,
                            const WeightSource& weights, Upload& upload) {
  const auto w = weights(layer.weights, static_cast<std::size_t>(layer.out_channels * in * 9));
  const std::int64_t wide_in = filled_up(in, step);
  const std::int64_t wide_out = filled_up(layer.out_channels, kChannelStep);
  return upload.make<T>(9 * wide_in * wide_out, "a convolution's weights", [&](std::int64_t i) {
    const std::int64_t o = i % wide_out;
    const std::int64_t k = i / wide_out % wide_in;
    const std::int64_t tap = i / wide_out / wide_in;
    return o < layer.out_channels && k < in ? w[static_cast<std::size_t>((o * in + k) * 9 + tap)] : 0.0F;
  });
}

DeviceBuffer<float> upload_bias(const Convolution& layer, const WeightSource& weights, Upload& upload) {
  const auto b = weights(layer.bias, static_cast<std::size_t>(layer.out_channels));
  return upload.make<float>(
      filled_up(layer.out_channels, kChannelStep), "a convolution's bias",
      [&](std::int64_t o) { return o < layer.out_channels ? b[static_cast<std::size_t>(o)] : 0.0F; });
}

/// What a channel's byte becomes in each plane; planes may be in the order blue, green, red.
class Pixels {
 public:
  Pixels(const Normalisation& normalisation, Upload& upload) : bgr_(normalisation.bgr) {
    values_ = upload.make<float>(3 * 256, "the table of pixels", [&](std::int64_t i) {
      const auto plane = static_cast<std::size_t>(i / 256);
      return (static_cast<float>(i % 256) / normalisation.divisor - normalisation.mean[plane]) /
             normalisation.std[plane];
    });
  }
  [[nodiscard]] PixelTable table() const { return {values_.data(), {bgr_ ? 2 : 0, 1, bgr_ ? 0 : 2}}; }

 private:
  bool bgr_;
  DeviceBuffer<float> values_;
};

template <class T>
class FirstConvolutionLayer final : public FirstLayer<T> {
 public:
  FirstConvolutionLayer(const Convolution& layer, const Normalisation& normalisation, std::int64_t images,
                        std::int64_t side, const WeightSource& weights, Upload& upload)
      : pixels_(normalisation, upload),
        weights_(upload_taps<float>(layer, 3, 1, weights, upload)),
        bias_(upload_bias(layer, weights, upload)),
        shape_{images, side, filled_up(layer.out_channels, kChannelStep)} {}
  void run(const std::uint8_t* pixels, T* to, Bench& bench) override {
    first_convolution(pixels, pixels_.table(), weights_.data(), bias_.data(), shape_, to, bench.stream);
  }

 private:
  Pixels pixels_;
  DeviceBuffer<float> weights_;
  DeviceBuffer<float> bias_;
  ImageShape shape_;
};

template <class T>
class PixelLayer final : public FirstLayer<T> {
 public:
  PixelLayer(const Normalisation& normalisation, std::int64_t images, std::int64_t side, Upload& upload)
      : pixels_(normalisation, upload), shape_{images, side, 3} {}
  void run(const std::uint8_t* pixels, T* to, Bench& bench) override {
    normalise_pixels(pixels, pixels_.table(), shape_, to, bench.stream);
  }

 private:
  Pixels pixels_;
  ImageShape shape_;
};

template <class T>
class ConvolutionLayer final : public MiddleLayer<T> {
 public:
  ConvolutionLayer(const Convolution& layer, const ImageShape& shape, const WeightSource& weights,
                   Upload& upload)
      : weights_(upload_taps<T>(layer, shape.channels, kChannelStep, weights, upload)),
        bias_(upload_bias(layer, weights, upload)),
        shape_(with_filled_up_channels(shape)) {}
  void run(const T* from, T* to, Bench& bench) override {
    convolution(from, shape_, weights_.data(), bias_.data(), bias_.count(), to, bench.stream);
  }

 private:
  DeviceBuffer<T> weights_;
  DeviceBuffer<float> bias_;
  ImageShape shape_;
};

/// (out, taps, in), both channels filled up: as cuDNN wants it for channels innermost.
template <class T>
DeviceBuffer<T> upload_filters(const Convolution& layer, std::int64_t in, const WeightSource& weights,
                               Upload& upload) {
  const auto w = weights(layer.weights, static_cast<std::size_t>(layer.out_channels * in * 9));
  const std::int64_t wide_in = filled_up(in, kChannelStep);
  const std::int64_t wide_out = filled_up(layer.out_channels, kChannelStep);
  return upload.make<T>(9 * wide_in * wide_out, "a convolution's weights", [&](std::int64_t i) {
    const std::int64_t k = i % wide_in;
    const std::int64_t tap = i / wide_in % 9;
    const std::int64_t o = i / wide_in / 9;
    return o < layer.out_channels && k < in ? w[static_cast<std::size_t>((o * in + k) * 9 + tap)] : 0.0F;
  });
}

template <class T>
class CudnnConvolutionLayer final : public MiddleLayer<T> {
 public:
  CudnnConvolutionLayer(const Convolution& layer, const ImageShape& shape, const WeightSource& weights,
                        Upload& upload, Cudnn& cudnn, const std::string& plan)
      : weights_(upload_filters<T>(layer, shape.channels, weights, upload)),
        bias_(upload_bias(layer, weights, upload)),
        convolution_(cudnn, {with_filled_up_channels(shape), bias_.count()}, std::is_same_v<T, __nv_bfloat16>,
                     plan) {}
  void run(const T* from, T* to, Bench&) override {
    convolution_.run(from, weights_.data(), bias_.data(), to);
  }

 private:
  DeviceBuffer<T> weights_;
  DeviceBuffer<float> bias_;
  CudnnConvolution convolution_;
};

template <class T>
class MaxPoolLayer final : public MiddleLayer<T> {
 public:
  explicit MaxPoolLayer(const ImageShape& shape) : shape_(with_filled_up_channels(shape)) {}
  void run(const T* from, T* to, Bench& bench) override { max_pool(from, shape_, to, bench.stream); }

 private:
  ImageShape shape_;
};

template <class T>
class AveragePoolLayer final : public MiddleLayer<T> {
 public:
  AveragePoolLayer(const ImageShape& shape, std::int64_t side)
      : shape_(with_filled_up_channels(shape)), side_(side) {}
  void run(const T* from, T* to, Bench& bench) override {
    adaptive_average_pool(from, shape_, side_, to, bench.stream);
  }

 private:
  ImageShape shape_;
  std::int64_t side_;
};

template <class T>
class PlanesLayer final : public LastLayer<T> {
 public:
  explicit PlanesLayer(const ImageShape& shape)
      : shape_(with_filled_up_channels(shape)), kept_(shape.channels) {}
  void run(const T* from, float* to, Bench& bench) override {
    to_planes(from, shape_, kept_, to, bench.stream);
  }

 private:
  ImageShape shape_;
  std::int64_t kept_;
};

}  // namespace

template <class T>
std::unique_ptr<FirstLayer<T>> make_first_convolution(const Convolution& layer,
                                                      const Normalisation& normalisation, std::int64_t images,
                                                      std::int64_t side, const WeightSource& weights,
                                                      Upload& upload) {
  return std::make_unique<FirstConvolutionLayer<T>>(layer, normalisation, images, side, weights, upload);
}
template <class T>
std::unique_ptr<FirstLayer<T>> make_pixel_layer(const Normalisation& normalisation, std::int64_t images,
                                                std::int64_t side, Upload& upload) {
  return std::make_unique<PixelLayer<T>>(normalisation, images, side, upload);
}
template <class T>
std::unique_ptr<MiddleLayer<T>> make_convolution(const Convolution& layer, const ImageShape& shape,
                                                 const WeightSource& weights, Upload& upload) {
  return std::make_unique<ConvolutionLayer<T>>(layer, shape, weights, upload);
}
template <class T>
std::unique_ptr<MiddleLayer<T>> make_cudnn_convolution(const Convolution& layer, const ImageShape& shape,
                                                       const WeightSource& weights, Upload& upload,
                                                       Cudnn& cudnn, const std::string& plan) {
  return std::make_unique<CudnnConvolutionLayer<T>>(layer, shape, weights, upload, cudnn, plan);
}
template <class T>
std::unique_ptr<MiddleLayer<T>> make_max_pool(const ImageShape& shape) {
  return std::make_unique<MaxPoolLayer<T>>(shape);
}
template <class T>
std::unique_ptr<MiddleLayer<T>> make_average_pool(const ImageShape& shape, std::int64_t side) {
  return std::make_unique<AveragePoolLayer<T>>(shape, side);
}
template <class T>
std::unique_ptr<LastLayer<T>> make_planes(const ImageShape& shape) {
  return std::make_unique<PlanesLayer<T>>(shape);
}

#define SHOAL_FOR_TYPE(T)                                                                                    \
  template std::unique_ptr<FirstLayer<T>> make_first_convolution(                                            \
      const Convolution&, const Normalisation&, std::int64_t, std::int64_t, const WeightSource&, Upload&);   \
  template std::unique_ptr<FirstLayer<T>> make_pixel_layer(const Normalisation&, std::int64_t, std::int64_t, \
                                                           Upload&);                                         \
  template std::unique_ptr<MiddleLayer<T>> make_convolution(const Convolution&, const ImageShape&,           \
                                                            const WeightSource&, Upload&);                   \
  template std::unique_ptr<MiddleLayer<T>> make_cudnn_convolution(                                           \
      const Convolution&, const ImageShape&, const WeightSource&, Upload&, Cudnn&, const std::string&);      \
  template std::unique_ptr<MiddleLayer<T>> make_max_pool(const ImageShape&);                                 \
  template std::unique_ptr<MiddleLayer<T>> make_average_pool(const ImageShape&, std::int64_t);               \
  template std::unique_ptr<LastLayer<T>> make_planes(const ImageShape&)
SHOAL_FOR_TYPE(float);
SHOAL_FOR_TYPE(__nv_bfloat16);
#undef SHOAL_FOR_TYPE

}  // namespace shoal
