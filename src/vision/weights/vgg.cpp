// Names, shapes and numbers of a model's tensors, checked; and batch normalisation, folded away.
#include "shoal/vision/vgg_weights.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "shoal/base/error.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {
namespace {

/// Of PyTorch's BatchNorm2d, which torchvision leaves as it is.
constexpr double kEpsilon = 1e-5;

/// timm keeps torchvision's names of convolutions, and has convolutions where torchvision has fc6 and fc7.
struct Alias {
  std::string_view torchvision;
  std::string_view timm;
};
constexpr std::array<Alias, 3> kAliases{{{"classifier.0.", "pre_logits.fc1."},
                                         {"classifier.3.", "pre_logits.fc2."},
                                         {"classifier.6.", "head.fc."}}};

/// Whether a shape is that of the same numbers in the same order: timm's (4096, 512, 7, 7) for (4096, 25088).
bool same_matrix(const std::vector<std::int64_t>& here, const TensorShape& wanted) {
  if (here == wanted.shape) return true;
  const TensorShape flattened{"", here, wanted.role};
  return wanted.shape.size() == 2 && here.size() == 4 && here[0] == wanted.shape[0] &&
         flattened.elements() == wanted.elements();
}

/// Why a file does not have a tensor as a model needs it; nothing if it has.
std::optional<std::string> misfit(const WeightFile& file, const TensorShape& wanted) {
  const auto name = name_in_file(file, wanted.name);
  if (!name) return fmt::format("it has no tensor '{}', nor timm's name of it", wanted.name);
  const auto& here = file.shape(*name);
  if (same_matrix(here, wanted)) return std::nullopt;
  return fmt::format("its tensor '{}' has the shape ({}) instead of ({})", *name, fmt::join(here, ", "),
                     fmt::join(wanted.shape, ", "));
}

bool fits(const WeightFile& file, std::string_view model) {
  const auto tensors = vgg_tensors(model);
  return std::none_of(tensors.begin(), tensors.end(),
                      [&](const TensorShape& wanted) { return misfit(file, wanted).has_value(); });
}

}  // namespace

std::optional<std::string> name_in_file(const WeightFile& file, const std::string& torchvision_name) {
  if (file.has(torchvision_name)) return torchvision_name;
  for (const auto& [torchvision, timm] : kAliases) {
    if (!torchvision_name.starts_with(torchvision)) continue;
    const std::string alias = std::string(timm) + torchvision_name.substr(torchvision.size());
    if (file.has(alias)) return alias;
  }
  return std::nullopt;
}

std::optional<std::string_view> recognise_model(const WeightFile& file) {
  for (const std::string_view model : vgg_models()) {
    if (fits(file, model)) return model;
  }
  return std::nullopt;
}

void require_tensors_of(const WeightFile& file, std::string_view model) {
  for (const TensorShape& wanted : vgg_tensors(model)) {
    const auto reason = misfit(file, wanted);
    if (!reason) continue;
    const auto other = recognise_model(file);
    throw InputError(fmt::format("'{}' cannot be used as weights of {}: {}; {}", file.path().string(), model,
                                 *reason,
                                 other ? fmt::format("these are weights of {}", *other)
                                       : "give a file of that model, with torchvision's or timm's names"));
  }
}

void require_finite_tensor(const WeightFile& file, const std::string& name) {
  const TensorShape shape{name, file.shape(name)};
  const auto values = file.tensor(name, static_cast<std::size_t>(shape.elements()));
  const auto fault = std::find_if(values.begin(), values.end(), [](float v) { return !std::isfinite(v); });
  if (fault == values.end()) return;
  throw InputError(fmt::format(
      "tensor '{}' of '{}' holds {} at number {}; the file is damaged, or its training "
      "failed: get it again",
      name, file.path().string(), std::isnan(*fault) ? "NaN" : "an infinity", fault - values.begin()));
}

VggWeights::VggWeights(const WeightFile& file, std::string_view model) : file_(file) {
  require_tensors_of(file, model);
  const auto tensors = vgg_tensors(model);
  for (const TensorShape& tensor : tensors) require_finite_tensor(file, *name_in_file(file, tensor.name));
  // A convolution's weight and bias stand right before the scale of its normalisation.
  for (std::size_t i = 2; i < tensors.size(); ++i) {
    if (tensors[i].role != TensorRole::scale) continue;
    fold(tensors[i - 2].name, tensors[i - 1].name, tensors[i].name);
  }
}

std::vector<float> VggWeights::copy_of(const std::string& name) const {
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
          fmt::format("tensor '{}running_var' of '{}' holds a negative variance at number {}; the "
                      "file is damaged: get it again",
                      prefix, file_.path().string(), c));
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
    return file_.tensor(name_in_file(file_, name).value_or(name), elements);
  };
}

}  // namespace shoal
