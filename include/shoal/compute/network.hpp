// The half of the backend seam that turns pixels into features: a list of layers, compiled once per tile
// shape.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace shoal {

/// 3 x 3 convolution, stride 1, padding 1, with bias and ReLU.
struct Convolution {
  std::string weights;  ///< tensor (out, in, 3, 3), fp32
  std::string bias;     ///< tensor (out)
  std::int64_t out_channels = 0;
};
/// 2 x 2 maximum, stride 2; an odd last row or column is dropped.
struct MaxPool {};
/// Means over windows to side x side: cell i covers floor(i n / side) .. ceil((i + 1) n / side).
struct AdaptiveAveragePool {
  std::int64_t side = 7;
};
/// y = W x + b, optionally max(y, 0). The input is flattened as channel, row, column.
struct FullyConnected {
  std::string weights;  ///< tensor (out, in) in that flattening, or any shape with as many elements
  std::string bias;     ///< tensor (out)
  std::int64_t out_features = 0;
  bool relu = false;
};
/// exp(y_i) / sum of all exp(y_j): scores become probabilities. Only as the last layer, after a fully
/// connected one.
struct Softmax {};
using Layer = std::variant<Convolution, MaxPool, AdaptiveAveragePool, FullyConnected, Softmax>;

/// (x / divisor - mean) / std in float32: what the network sees of a pixel, plane by plane.
struct Normalisation {
  std::array<float, 3> mean{};  ///< by plane
  std::array<float, 3> std{};
  float divisor = 255.0F;
  bool bgr = false;  ///< planes are blue, green, red instead of red, green, blue
};

/// How convolutions and fully connected layers compute; softmax, pooling and normalisation are in float32.
enum class Precision {
  fp32,           ///< operands and sums in float32
  fp32_winograd,  ///< the same, 3 x 3 convolutions by Winograd's transform where it pays
  bf16,           ///< operands rounded to bfloat16, products summed in float32
};

/// The most exact first.
inline constexpr std::array kPrecisions{Precision::fp32, Precision::fp32_winograd, Precision::bf16};
/// As job files spell it.
std::string to_string(Precision precision);
std::optional<Precision> precision_named(std::string_view name);

struct NetworkSpec {
  std::int64_t tile_images = 8;  ///< images per call of forward
  std::int64_t side = 224;       ///< input is side x side RGB
  Normalisation normalisation;
  std::vector<Layer> layers;  ///< in order; the last one's output is what forward returns
  Precision precision = Precision::fp32;
  /// What Backend::tune() gave; empty: compile() tunes by itself, if there is anything to.
  std::string plans{};
};

/// fp32 tensors by name, as floats in row-major order, valid until the next call. Throws InputError for a
/// missing name or a wrong size.
using WeightSource = std::function<std::span<const float>(const std::string& name, std::size_t elements)>;

/// What a compiled network takes of this process's memory for as long as it lives, in bytes. What the weights
/// take where they come from is not in it.
struct NetworkMemory {
  std::int64_t weights = 0;
  std::int64_t activations = 0;  ///< of all workers
  std::int64_t features = 0;     ///< numbers per image that the network returns
  int workers = 1;               ///< tiles that may be in work at the same time
};

/// A compiled network. An image's features do not depend on its neighbours in the tile, nor on its place in
/// it.
class Network {
 public:
  virtual ~Network() = default;
  /// Images per call of forward.
  [[nodiscard]] virtual std::int64_t tile_images() const = 0;
  /// Numbers per image.
  [[nodiscard]] virtual std::int64_t features() const = 0;
  /// How many tiles may be in work at the same time.
  [[nodiscard]] virtual int workers() const = 0;
  /// pixels: (tile_images, side, side, 3) uint8. features: (tile_images, features()).
  /// worker: in [0, workers()); two calls at a time must name different ones.
  /// Throws Interrupted between layers when a stop is requested (base/stop.hpp), and FailureElsewhere where
  /// the device was lost in another worker's call.
  virtual void forward(std::span<const std::uint8_t> pixels, std::span<float> features, int worker) = 0;
};

}  // namespace shoal
