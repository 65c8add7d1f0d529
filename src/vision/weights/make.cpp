// Untrained weights from a seed: enough to prove a network, and to run one where no trained weights are at
// hand.
#include <algorithm>
#include <cmath>

#include "shoal/base/file.hpp"
#include "shoal/base/random.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/weights.hpp"
#include "vision/weights/safetensors_writer.hpp"

namespace shoal {
namespace {

/// Inputs that one output sums over.
std::int64_t fan_in(const TensorShape& tensor) { return tensor.elements() / tensor.shape.front(); }

/// Numbers lie evenly in middle +- reach.
struct Range {
  float middle;
  float reach;
};

/// So that the size of activations is kept from layer to layer. Adding -0 changes no number, nor the sign of
/// a 0.
Range range_of(const TensorShape& tensor) {
  switch (tensor.role) {
    case TensorRole::weight:
      return {-0.0F, static_cast<float>(std::sqrt(6.0 / static_cast<double>(fan_in(tensor))))};
    case TensorRole::bias:
      return {-0.0F, 0.0F};
    case TensorRole::scale:
    case TensorRole::variance:
      return {1.0F, 0.5F};
    case TensorRole::shift:
    case TensorRole::mean:
      break;
  }
  return {-0.0F, 0.25F};
}

/// Element e is drawn from word e % 4 of draw e / 4: 24 bits, so that every value is a float before it is
/// scaled.
class TensorValues {
 public:
  TensorValues(const TensorShape& tensor, std::uint64_t seed)
      : draws_(seed, "weights/" + tensor.name), range_(range_of(tensor)) {}

  void fill(std::span<float> values, std::uint64_t first) const {
    for (std::size_t i = 0; i < values.size(); i += 4) {
      const auto words = draws_.words(0, (first + i) / 4);
      for (std::size_t j = i; j < std::min(i + 4, values.size()); ++j)
        values[j] = range_.middle + range_.reach * symmetric(words[j % 4]);
    }
  }

 private:
  /// In [-1, 1), a multiple of 2^-23.
  static float symmetric(std::uint32_t word) { return static_cast<float>(word >> 8) * 0x1.0p-23F - 1.0F; }

  RandomStream draws_;
  Range range_;
};

void write_tensor(PartialFile& file, const TensorShape& tensor, std::uint64_t seed) {
  constexpr std::int64_t kAtOnce = std::int64_t{1} << 16;  // a multiple of 4, so that draws are never split
  const TensorValues values(tensor, seed);
  std::vector<float> piece;
  for (std::int64_t first = 0; first < tensor.elements(); first += kAtOnce) {
    piece.resize(static_cast<std::size_t>(std::min(kAtOnce, tensor.elements() - first)));
    values.fill(piece, static_cast<std::uint64_t>(first));
    file.write(std::as_bytes(std::span<const float>(piece)));
  }
}

}  // namespace

void make_weights(const std::filesystem::path& path, std::string_view model, std::uint64_t seed) {
  const auto tensors = vgg_tensors(model);
  PartialFile file(path);
  file.write(safetensors_header(
      {{"shoal", "untrained"}, {"model", std::string(model)}, {"seed", std::to_string(seed)}}, tensors));
  for (const TensorShape& tensor : tensors) write_tensor(file, tensor, seed);
  file.publish();
}

}  // namespace shoal
