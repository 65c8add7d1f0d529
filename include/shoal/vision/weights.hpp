// Network weights on disk: safetensors and PyTorch's files, read without copying them; written as safetensors
// from such files, or from a seed where no trained ones are at hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/base/mapped_file.hpp"

namespace shoal {

struct StoredTensor;
struct WeightTable;

/// A safetensors file, or what torch.save wrote into either of its containers, mapped into memory. Which it
/// is, the content tells. Its layout is proved at opening, and nothing of a pickle is executed. Tensors in
/// dictionaries within dictionaries have the keys on the way before their names, each with a slash behind it:
/// "state_dict/features.0.weight". The file must not change while it is open.
class WeightFile {
 public:
  /// Throws InputError with a sentence for anything that is not such a file.
  explicit WeightFile(const std::filesystem::path& path);
  ~WeightFile();
  WeightFile(WeightFile&&) noexcept;

  /// The named tensor as float32 in row-major order (float16 and bfloat16 are widened); valid until the next
  /// call, as it may be a copy. Throws InputError if there is no such tensor, or it has another number of
  /// elements or a fault. Not for several threads at once.
  [[nodiscard]] std::span<const float> tensor(const std::string& name, std::size_t elements) const;
  [[nodiscard]] bool has(const std::string& name) const;
  /// Names in the order of the data.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Throws InputError if there is no such tensor, as the next three do. Empty where the file tells none.
  [[nodiscard]] const std::vector<std::int64_t>& shape(const std::string& name) const;
  /// How its numbers are stored, as safetensors spells it: "F32".
  [[nodiscard]] const std::string& type(const std::string& name) const;
  /// Why its numbers cannot be read, as a sentence goes on behind its name; empty if they can.
  [[nodiscard]] const std::string& fault(const std::string& name) const;
  /// Whether two names stand for the same place of the file.
  [[nodiscard]] bool same_numbers(const std::string& a, const std::string& b) const;

  /// For a person: "safetensors", "PyTorch, zip archive".
  [[nodiscard]] const std::string& format() const;
  /// The file's free-form notes; PyTorch's have none.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const;
  /// What a pickle asks for beside tensors; nobody looked at it.
  [[nodiscard]] const std::vector<std::string>& ignored() const;
  /// Whether the weights were made by make_weights and never trained.
  [[nodiscard]] bool untrained() const;
  /// Where they come from, for a person, as far as the file tells.
  [[nodiscard]] std::string origin() const;
  /// SHA-256 of the whole file, computed at the first call (about a second for VGG16). Not for several
  /// threads at once.
  [[nodiscard]] const Digest& digest() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  [[nodiscard]] const StoredTensor& find(const std::string& name) const;

  std::filesystem::path path_;
  MappedFile file_;
  std::unique_ptr<WeightTable> table_;
  mutable std::vector<float>
      copy_;  ///< of the last tensor that does not lie in the file as floats do in memory
  mutable std::optional<Digest> digest_;
};

/// Writes the weights of one of our models (vgg.hpp), as far as the file has its layers, as safetensors with
/// torchvision's names, shapes and order, in float32, with the source's notes, its format and its digest.
/// Throws InputError where the file is no such weights, or holds what is no finite number.
void convert_weights(const WeightFile& from, const std::filesystem::path& to);

/// Writes untrained weights of a model (vgg.hpp) as safetensors: uniform in +-sqrt(6 / fan_in), so that the
/// size of activations is kept from layer to layer, and biases of 0; batch normalisations whose scales and
/// variances lie around 1. The same bytes for the same model and seed, on any machine. Throws UsageError for
/// an unknown model, FailureError or ResourceError from writing.
void make_weights(const std::filesystem::path& path, std::string_view model, std::uint64_t seed);

}  // namespace shoal
