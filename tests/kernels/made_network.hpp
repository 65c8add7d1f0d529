// Small networks with made weights, for tests of whole networks.
#pragma once

#include <cmath>
#include <map>

#include "on_device.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/compute/network.hpp"

namespace shoal {

/// Seeded tensors, made when they are first asked for.
class MadeWeights {
 public:
  WeightSource source() {
    return [this](const std::string& name, std::size_t elements) {
      auto& tensor = tensors_[name];
      if (tensor.size() < elements) tensor = made(name, elements);
      return std::span<const float>(tensor);
    };
  }

 private:
  /// By all processors: VGG16 has 138 million.
  static std::vector<float> made(const std::string& name, std::size_t elements) {
    constexpr std::size_t kPiece = std::size_t{1} << 16;
    const RandomStream draws(1, name);
    std::vector<float> tensor(elements);
    parallel_for((elements + kPiece - 1) / kPiece, available_processors(), [&](std::size_t piece) {
      for (std::size_t i = piece * kPiece; i < std::min(elements, (piece + 1) * kPiece); ++i)
        tensor[i] = static_cast<float>((draws.uniform(0, i) - 0.5) * 0.2);
    });
    return tensor;
  }

  std::map<std::string, std::vector<float>> tensors_;
};

/// Two groups of convolutions with widths that are filled up, an average whose windows overlap, and two fully
/// connected layers with odd widths.
inline NetworkSpec small_spec(std::int64_t side, std::int64_t tile) {
  NetworkSpec spec;
  spec.tile_images = tile;
  spec.side = side;
  spec.normalisation = {{0.4F, 0.5F, 0.6F}, {0.2F, 0.25F, 0.3F}};
  spec.layers = {Convolution{"c1", "b1", 12},
                 Convolution{"c2", "b2", 24},
                 MaxPool{},
                 Convolution{"c3", "b3", 40},
                 MaxPool{},
                 AdaptiveAveragePool{7},
                 FullyConnected{"f1", "g1", 101, true},
                 FullyConnected{"f2", "g2", 33, false}};
  return spec;
}

inline std::vector<float> run(Network& network, std::span<const std::uint8_t> pixels, std::int64_t tile,
                              int worker = 0) {
  std::vector<float> features(static_cast<std::size_t>(tile * network.features()));
  network.forward(pixels, features, worker);
  return features;
}

/// |a - b| / |b| of the worst row.
inline double relative_error(const std::vector<float>& a, const std::vector<float>& b, std::int64_t rows) {
  double worst = 0.0;
  const std::size_t numbers = b.size() / static_cast<std::size_t>(rows);
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    double difference = 0.0;
    double norm = 0.0;
    for (std::size_t i = row * numbers; i < (row + 1) * numbers; ++i) {
      difference += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
      norm += std::pow(static_cast<double>(b[i]), 2);
    }
    worst = std::max(worst, std::sqrt(difference / norm));
    if (std::isnan(difference)) return difference;
  }
  return worst;
}

/// The cosine of the worst row.
inline double cosine(const std::vector<float>& a, const std::vector<float>& b, std::int64_t rows) {
  double worst = 1.0;
  const std::size_t numbers = b.size() / static_cast<std::size_t>(rows);
  for (std::size_t row = 0; row < static_cast<std::size_t>(rows); ++row) {
    double product = 0.0;
    double of_a = 0.0;
    double of_b = 0.0;
    for (std::size_t i = row * numbers; i < (row + 1) * numbers; ++i) {
      product += static_cast<double>(a[i]) * static_cast<double>(b[i]);
      of_a += std::pow(static_cast<double>(a[i]), 2);
      of_b += std::pow(static_cast<double>(b[i]), 2);
    }
    const double here = product / std::sqrt(of_a * of_b);
    if (!(here > worst)) worst = here;
  }
  return worst;
}

}  // namespace shoal
