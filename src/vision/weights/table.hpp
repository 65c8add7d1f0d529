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

/// How numbers are stored. Those of int64 only count batches: networks have no use for them.
enum class NumberType : std::uint8_t { float32, float16, bfloat16, int64 };
std::size_t bytes_of(NumberType type);
/// As safetensors spells it: "F32".
std::string_view name_of(NumberType type);

/// Its numbers lie within the file: whoever fills the table has proved it.
struct StoredTensor {
  NumberType type = NumberType::float32;
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> strides;  ///< in numbers; empty where they lie in row-major order
  std::size_t begin = 0;              ///< byte of the file, at any alignment
};

struct WeightTable {
  std::string format;  ///< for a person
  std::map<std::string, StoredTensor> tensors;
  std::map<std::string, std::string> metadata;
};

/// Throws Refusal where the product is beyond any file.
std::int64_t elements_of(const std::vector<std::int64_t>& shape, std::string_view tensor);

/// The tensor's numbers in row-major order, widened to float. values: as many as the shape has. Not for
/// int64.
void copy_numbers(std::span<const std::byte> file, const StoredTensor& tensor, std::span<float> values);

/// Text of a file as a message may show it: printable ASCII, cut short.
std::string shown(std::string_view text);

/// Each throws Refusal for anything that is not a whole and sound file of its format.
WeightTable read_safetensors(std::span<const std::byte> file);
WeightTable read_torch_zip(std::span<const std::byte> file);
WeightTable read_torch_legacy(std::span<const std::byte> file);
/// The one that the first bytes ask for.
WeightTable read_weights(std::span<const std::byte> file);

}  // namespace shoal
