// A weight file as the weights of a VGG network.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/compute/network.hpp"
#include "shoal/vision/vgg.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {

/// Where a file has the tensors that a layer of a model needs.
struct VggTensors {
  std::vector<TensorShape> needed;           ///< under torchvision's names, in their order
  std::map<std::string, std::string> names;  ///< the file's, by torchvision's
};

/// Looks for torchvision's or timm's names, also behind a prefix that all of them have ("module.",
/// "state_dict/", "model.backbone.") and, where convolutions are all that is needed, for their numbers alone
/// ("0.weight"). Names as they are come first. What else the file holds is not looked at. Throws UsageError
/// for an unknown model or layer, and InputError where a tensor is missing, has another shape or cannot be
/// read, or where several places have all of them. Numbers are not looked at.
VggTensors find_vgg_tensors(const WeightFile& file, std::string_view model, std::string_view layer);

/// The model whose tensors a file has, and the last layer that they are enough for.
struct RecognisedModel {
  std::string_view model;
  std::string_view layer;                  ///< fc8 for a whole one
  [[nodiscard]] std::string text() const;  ///< "vgg16", "vgg16 up to pool5"
};
/// Nothing if it is none of ours.
std::optional<RecognisedModel> recognise_model(const WeightFile& file);

/// A model's tensors as its network takes them, as far as a layer needs them. Batch normalisation is folded
/// into the convolution before it: in double, rounded once.
class VggWeights {
 public:
  /// The file must outlive this object. Throws as find_vgg_tensors does, and InputError where a tensor holds
  /// what is no finite number.
  VggWeights(const WeightFile& file, std::string_view model, std::string_view layer);

  /// Valid as long as this object.
  [[nodiscard]] WeightSource source() const;

  /// Sentences on what was understood: where the tensors stand, if not under their own names, and what of the
  /// file was not looked at.
  [[nodiscard]] std::vector<std::string> notes() const;

 private:
  [[nodiscard]] std::vector<float> copy_of(const std::string& torchvision_name) const;
  void fold(const std::string& weight, const std::string& bias, const std::string& scale_name);

  const WeightFile& file_;
  VggTensors found_;
  std::map<std::string, std::vector<float>> folded_;  ///< by torchvision's names, weights and biases
};

/// Where a tensor holds a NaN or an infinity, "holds NaN at number 3"; empty if it holds none.
std::string fault_of_numbers(const WeightFile& file, const std::string& name);

/// Throws InputError where a tensor holds a NaN or an infinity.
void require_finite_tensor(const WeightFile& file, const std::string& name);

}  // namespace shoal
