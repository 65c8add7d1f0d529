// Numbers of a model's tensors, checked; and batch normalisation, folded away.
#include "shoal/vision/vgg_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

#include "shoal/base/error.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {
namespace {

/// Of PyTorch's BatchNorm2d, which torchvision leaves as it is.
constexpr double kEpsilon = 1e-5;

}  // namespace

std::string fault_of_numbers(const WeightFile& file, const std::string& name) {
  const TensorShape shape{name, file.shape(name)};
  const auto values = file.tensor(name, static_cast<std::size_t>(shape.elements()));
  const auto fault = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  if (fault == values.end()) return {};
  return fmt::format("holds {} at number {}", std::isnan(*fault) ? "NaN" : "an infinity",
                     fault - values.begin());
}

void require_finite_tensor(const WeightFile& file, const std::string& name) {
  const std::string fault = fault_of_numbers(file, name);
  if (fault.empty()) return;
  throw InputError(
      fmt::format("tensor '{}' of '{}' {}; the file is damaged, or its training failed: get it again", name,
                  file.path().string(), fault));
}

VggWeights::VggWeights(const WeightFile& file, std::string_view model, std::string_view layer)
    : file_(file), found_(find_vgg_tensors(file, model, layer)) {
  const auto& tensors = found_.needed;
  for (const TensorShape& tensor : tensors) require_finite_tensor(file, found_.names.at(tensor.name));
  // A convolution's weight and bias stand right before the scale of its normalisation.
  for (std::size_t i = 2; i < tensors.size(); ++i) {
    if (tensors[i].role != TensorRole::scale) continue;
    fold(tensors[i - 2].name, tensors[i - 1].name, tensors[i].name);
  }
}

std::vector<float> VggWeights::copy_of(const std::string& torchvision_name) const {
  const std::string& name = found_.names.at(torchvision_name);
  const TensorShape shape{name, file_.shape(name)};
  const auto values = file_.tensor(name, static_cast<std::size_t>(shape.elements()));
  return {values.begin(), values.end()};
}

/// y = (w x + b - mean) scale / sqrt(variance + epsilon) + shift is a convolution, too.
void VggWeights::fold(const std::string& weight, const std::string& bias, const std::string& scale_name) {
  const std::string prefix = scale_name.substr(0, scale_name.rfind('.') + 1);
  const auto scale = copy_of(scale_name);
  const auto shift = copy_of(prefix + "bias");
  const auto mean = copy_of(prefix + "running_mean");
  const auto variance = copy_of(prefix + "running_var");
  auto weights = copy_of(weight);
  auto biases = copy_of(bias);
  const std::size_t inputs = weights.size() / biases.size();
  for (std::size_t c = 0; c < biases.size(); ++c) {
    const double factor =
        static_cast<double>(scale[c]) / std::sqrt(static_cast<double>(variance[c]) + kEpsilon);
    if (!std::isfinite(factor)) {
      throw InputError(
          fmt::format("tensor '{}' of '{}' holds a negative variance at number {}; the "
                      "file is damaged: get it again",
                      found_.names.at(prefix + "running_var"), file_.path().string(), c));
    }
    for (std::size_t i = c * inputs; i < (c + 1) * inputs; ++i) {
      weights[i] = static_cast<float>(static_cast<double>(weights[i]) * factor);
    }
    biases[c] = static_cast<float>((static_cast<double>(biases[c]) - static_cast<double>(mean[c])) * factor +
                                   static_cast<double>(shift[c]));
  }
  folded_[weight] = std::move(weights);
  folded_[bias] = std::move(biases);
}

WeightSource VggWeights::source() const {
  return [this](const std::string& name, std::size_t elements) -> std::span<const float> {
    const auto folded = folded_.find(name);
    if (folded != folded_.end()) return folded->second;
    return file_.tensor(found_.names.at(name), elements);
  };
}

std::vector<std::string> VggWeights::notes() const {
  constexpr std::size_t kMost = 5;
  std::vector<std::string> notes;
  const auto& [torchvision, here] = *found_.names.begin();
  if (here != torchvision) {
    notes.push_back(fmt::format("'{}' is taken for '{}', and so are those beside it", here, torchvision));
  }
  const auto& ignored = file_.ignored();
  if (!ignored.empty()) {
    const std::span first(ignored.data(), std::min(kMost, ignored.size()));
    notes.push_back(
        fmt::format("what else its pickle holds ('{}'{}) was not looked at, and nothing of it executed",
                    fmt::join(first, "', '"), ignored.size() > kMost ? ", ..." : ""));
  }
  return notes;
}

}  // namespace shoal
