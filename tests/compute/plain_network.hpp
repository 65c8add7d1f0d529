// A network by plain loops in double: what the layers are, written once more to be read.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "shoal/base/random.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

/// Seeded tensors, made when they are first asked for.
class MadeWeights {
 public:
  std::span<const float> operator()(const std::string& name, std::size_t elements) {
    auto& tensor = tensors_[name];
    const RandomStream draws(1, name);
    for (std::size_t i = tensor.size(); i < elements; ++i) {
      tensor.push_back(static_cast<float>((draws.uniform(0, i) - 0.5) * 0.2));
    }
    return tensor;
  }
  WeightSource source() {
    return [this](const std::string& name, std::size_t elements) { return (*this)(name, elements); };
  }

 private:
  std::map<std::string, std::vector<float>> tensors_;
};

/// Channels x side x side in double, and the layers as numerics.md defines them.
struct Reference {
  std::int64_t channels;
  std::int64_t side;
  std::vector<double> values;
  MadeWeights& weights;

  [[nodiscard]] double at(std::int64_t c, std::int64_t y, std::int64_t x) const {
    if (y < 0 || x < 0 || y >= side || x >= side) return 0.0;
    return values[static_cast<std::size_t>((c * side + y) * side + x)];
  }
  template <class Cell>
  void become(std::int64_t new_channels, std::int64_t new_side, const Cell& cell) {
    std::vector<double> next;
    for (std::int64_t c = 0; c < new_channels; ++c) {
      for (std::int64_t y = 0; y < new_side; ++y) {
        for (std::int64_t x = 0; x < new_side; ++x) next.push_back(cell(c, y, x));
      }
    }
    values = std::move(next);
    channels = new_channels;
    side = new_side;
  }
  void operator()(const Convolution& layer) {
    const auto w = weights(layer.weights, static_cast<std::size_t>(layer.out_channels * channels * 9));
    const auto b = weights(layer.bias, static_cast<std::size_t>(layer.out_channels));
    become(layer.out_channels, side, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
      double sum = static_cast<double>(b[static_cast<std::size_t>(c)]);
      for (std::int64_t i = 0; i < channels; ++i) {
        for (std::int64_t k = 0; k < 9; ++k) {
          sum += static_cast<double>(w[static_cast<std::size_t>((c * channels + i) * 9 + k)]) *
                 at(i, y + k / 3 - 1, x + k % 3 - 1);
        }
      }
      return std::max(sum, 0.0);
    });
  }
  void operator()(const MaxPool&) {
    become(channels, side / 2, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
      return std::max(std::max(at(c, 2 * y, 2 * x), at(c, 2 * y, 2 * x + 1)),
                      std::max(at(c, 2 * y + 1, 2 * x), at(c, 2 * y + 1, 2 * x + 1)));
    });
  }
  void operator()(const AdaptiveAveragePool& layer) {
    const auto begin = [&](std::int64_t i) { return i * side / layer.side; };
    const auto end = [&](std::int64_t i) { return ((i + 1) * side + layer.side - 1) / layer.side; };
    become(channels, layer.side, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
      double sum = 0.0;
      for (std::int64_t v = begin(y); v < end(y); ++v) {
        for (std::int64_t u = begin(x); u < end(x); ++u) sum += at(c, v, u);
      }
      return sum / static_cast<double>((end(y) - begin(y)) * (end(x) - begin(x)));
    });
  }
  void operator()(const FullyConnected& layer) {
    const std::vector<double> from = values;
    const auto w = weights(layer.weights, from.size() * static_cast<std::size_t>(layer.out_features));
    const auto b = weights(layer.bias, static_cast<std::size_t>(layer.out_features));
    become(layer.out_features, 1, [&](std::int64_t o, std::int64_t, std::int64_t) {
      double sum = static_cast<double>(b[static_cast<std::size_t>(o)]);
      for (std::size_t i = 0; i < from.size(); ++i) {
        sum += static_cast<double>(w[static_cast<std::size_t>(o) * from.size() + i]) * from[i];
      }
      return layer.relu ? std::max(sum, 0.0) : sum;
    });
  }
  void operator()(const Softmax&) {
    double sum = 0.0;
    for (double& value : values) sum += value = std::exp(value);
    for (double& value : values) value /= sum;
  }
};

inline std::vector<double> reference(const NetworkSpec& spec, MadeWeights& weights,
                                     std::span<const std::uint8_t> pixels) {
  Reference state{3, spec.side, {}, weights};
  state.become(3, spec.side, [&](std::int64_t c, std::int64_t y, std::int64_t x) {
    const auto channel = static_cast<std::size_t>(c);
    const std::int64_t of_pixel = spec.normalisation.bgr ? 2 - c : c;
    const auto pixel =
        static_cast<float>(pixels[static_cast<std::size_t>((y * spec.side + x) * 3 + of_pixel)]);
    return static_cast<double>((pixel / spec.normalisation.divisor - spec.normalisation.mean[channel]) /
                               spec.normalisation.std[channel]);
  });
  for (const Layer& layer : spec.layers) std::visit(state, layer);
  return state.values;
}

}  // namespace shoal
