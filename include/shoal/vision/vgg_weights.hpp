// A weight file as the weights of a VGG network.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/compute/network.hpp"
#include "shoal/vision/weights.hpp"

namespace shoal {

/// A model's tensors as its network takes them, from a file with torchvision's or timm's names. Batch
/// normalisation is folded into the convolution before it: in double, rounded once.
class VggWeights {
 public:
  /// The file must outlive this object. Throws UsageError for an unknown model, and InputError where a tensor
  /// of it is missing, has another shape, or holds what is no finite number.
  VggWeights(const WeightFile& file, std::string_view model);

  /// Valid as long as this object.
  [[nodiscard]] WeightSource source() const;

 private:
  [[nodiscard]] std::vector<float> copy_of(const std::string& name) const;
  void fold(const std::string& weight, const std::string& bias, const std::string& scale_name);

  const WeightFile& file_;
  std::map<std::string, std::vector<float>> folded_;  ///< by torchvision's names, weights and biases
};

/// Where a file with torchvision's or timm's names has a tensor, under the file's own name; nothing if it has
/// none.
std::optional<std::string> name_in_file(const WeightFile& file, const std::string& torchvision_name);

/// Throws InputError unless the file has all tensors of a model, in its shapes. Their numbers are not looked
/// at.
void require_tensors_of(const WeightFile& file, std::string_view model);

/// The model whose tensors a file has; nothing if it is none of ours.
std::optional<std::string_view> recognise_model(const WeightFile& file);

/// Throws InputError that names the first tensor with a NaN or an infinity.
void require_finite_tensor(const WeightFile& file, const std::string& name);

}  // namespace shoal
