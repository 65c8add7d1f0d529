// What every format of weights is read into: which tensors there are, and where in the file their numbers
// lie.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// A reason why bytes are no weights; the file's name is put before it where it is known.
struct Refusal {
  std::string reason;
};

/// How numbers are stored, as far as networks read them.
enum class NumberType : std::uint8_t { float32, float16, bfloat16, other };
/// Not for others.
std::size_t bytes_of(NumberType type);
/// By safetensors' name of it: "F32".
NumberType type_named(std::string_view name);

/// A file has more tensors than a network needs, and of those that it does not need nothing is asked but that
/// others can be read beside them: what is wrong with a tensor is said where somebody wants its numbers.
struct StoredTensor {
  std::string type;  ///< as safetensors spells it: "F32"
  std::vector<std::int64_t> shape{};
  std::vector<std::int64_t> strides{};  ///< in numbers; empty where they lie in row-major order
  std::size_t begin = 0;                ///< byte of the file, at any alignment
  /// Why its numbers cannot be read, behind "its tensor 'a' ". Empty: they lie within the file, as whoever
  /// fills the table has proved.
  std::string fault{};
};

/// The fault of a tensor of a type that is not read.
std::string fault_of_type(std::string_view type);

struct WeightTable {
  std::string format;  ///< for a person
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata{};
  std::vector<std::string> ignored{};  ///< what a pickle asks for beside tensors, as far as it may be shown
};

/// Throws Refusal where the product is beyond any file.
std::int64_t elements_of(const std::vector<std::int64_t>& shape, std::string_view tensor);

/// The tensor's numbers in row-major order, widened to float. values: as many as the shape has. Not for a
/// tensor with a fault.
void copy_numbers(std::span<const std::byte> file, const StoredTensor& tensor, std::span<float> values);

/// Text of a file as a message may show it: printable ASCII, cut short.
std::string shown(std::string_view text);
/// Whether a message shows it whole and as it is. Tensors of other names are left out of a table.
bool is_plain(std::string_view text);

/// Each throws Refusal for anything that is not a whole and sound file of its format.
WeightTable read_safetensors(std::span<const std::byte> file);
WeightTable read_torch_zip(std::span<const std::byte> file);
WeightTable read_torch_legacy(std::span<const std::byte> file);
/// Whether it begins as torch.save began files before PyTorch 1.6.
bool is_torch_legacy(std::span<const std::byte> file);
/// The one that the first bytes ask for.
WeightTable read_weights(std::span<const std::byte> file);

}  // namespace shoal
