// Network weights on disk: safetensors files, read without copying them, and made from a seed where no
// trained ones are at hand.
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

namespace shoal {

/// A safetensors file of fp32 tensors, mapped into memory. Its layout is proved at opening: the tensors fill
/// the data exactly, without gap or overlap. The file must not change while it is open.
class WeightFile {
 public:
  /// Throws InputError with a sentence for anything that is not such a file.
  explicit WeightFile(const std::filesystem::path& path);

  /// The named tensor in row-major order; valid as long as this object. Throws InputError if there is no such
  /// tensor or it has another number of elements.
  [[nodiscard]] std::span<const float> tensor(const std::string& name, std::size_t elements) const;
  [[nodiscard]] bool has(const std::string& name) const { return tensors_.contains(name); }
  /// Names in the order of the data.
  [[nodiscard]] std::vector<std::string> names() const;
  /// Throws InputError if there is no such tensor.
  [[nodiscard]] const std::vector<std::int64_t>& shape(const std::string& name) const;

  /// The file's free-form notes.
  [[nodiscard]] const std::map<std::string, std::string>& metadata() const { return metadata_; }
  /// Whether the weights were made by make_weights and never trained.
  [[nodiscard]] bool untrained() const;
  /// SHA-256 of the whole file, computed at the first call (about a second for VGG16). Not for several
  /// threads at once.
  [[nodiscard]] const Digest& digest() const;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  struct Tensor {
    std::vector<std::int64_t> shape;
    std::size_t begin = 0;  ///< bytes from the start of the data
    std::size_t end = 0;
  };
  struct Unmap {
    std::size_t size;
    void operator()(const std::byte* mapping) const;
  };
  void map();
  void read_layout();
  [[nodiscard]] const Tensor& find(const std::string& name) const;
  void read_header(std::string_view header, std::size_t data_bytes);
  void place_data(std::size_t data_begin);

  std::filesystem::path path_;
  std::unique_ptr<const std::byte, Unmap> mapping_;
  std::size_t size_ = 0;
  const float* data_ = nullptr;
  std::vector<float> aligned_copy_;  ///< used only where the file's data does not begin on a float's boundary
  std::map<std::string, Tensor> tensors_;
  std::map<std::string, std::string> metadata_;
  mutable std::optional<Digest> digest_;
};

/// Writes untrained weights of a model (vgg.hpp) as safetensors: uniform in +-sqrt(6 / fan_in), so that the
/// size of activations is kept from layer to layer, and biases of 0; batch normalisations whose scales and
/// variances lie around 1. The same bytes for the same model and seed, on any machine. Throws UsageError for
/// an unknown model, FailureError or ResourceError from writing.
void make_weights(const std::filesystem::path& path, std::string_view model, std::uint64_t seed);

}  // namespace shoal
