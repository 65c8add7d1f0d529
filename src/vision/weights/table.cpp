// Numbers of any type and layout as floats.
#include "vision/weights/table.hpp"

#include <fmt/format.h>

#include <bit>
#include <cmath>
#include <cstring>

namespace shoal {
namespace {

static_assert(std::endian::native == std::endian::little, "weights are little endian and read as they lie");

float widen_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1F;
  const int fraction = bits & 0x3FF;
  float size = 0.0F;
  if (exponent == 0x1F) {
    size = fraction == 0 ? HUGE_VALF : std::nanf("");
  } else if (exponent == 0) {
    size = std::ldexp(static_cast<float>(fraction), -24);
  } else {
    size = std::ldexp(static_cast<float>(fraction + 0x400), exponent - 25);
  }
  return (bits & 0x8000) != 0 ? -size : size;
}

float number_at(const std::byte* at, NumberType type) {
  if (type == NumberType::float32) {
    float value = 0.0F;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  std::uint16_t bits = 0;
  std::memcpy(&bits, at, sizeof bits);
  if (type == NumberType::float16) return widen_half(bits);
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

/// The places of a tensor's numbers in row-major order, counted in numbers from its first one.
class Places {
 public:
  explicit Places(const StoredTensor& tensor) : tensor_(tensor), index_(tensor.shape.size()) {}
  [[nodiscard]] std::int64_t place() const { return place_; }
  void advance() {
    if (tensor_.strides.empty()) {
      ++place_;
      return;
    }
    for (std::size_t axis = index_.size(); axis-- > 0;) {
      place_ += tensor_.strides[axis];
      if (++index_[axis] < tensor_.shape[axis]) return;
      place_ -= tensor_.strides[axis] * tensor_.shape[axis];
      index_[axis] = 0;
    }
  }

 private:
  const StoredTensor& tensor_;
  std::vector<std::int64_t> index_;
  std::int64_t place_ = 0;
};

}  // namespace

std::size_t bytes_of(NumberType type) { return type == NumberType::float32 ? 4 : 2; }

NumberType type_named(std::string_view name) {
  if (name == "F32") return NumberType::float32;
  if (name == "F16") return NumberType::float16;
  return name == "BF16" ? NumberType::bfloat16 : NumberType::other;
}

std::string fault_of_type(std::string_view type) {
  return fmt::format("is of type {}; only F32, F16 and BF16 are read, so convert the weights", shown(type));
}

std::int64_t elements_of(const std::vector<std::int64_t>& shape, std::string_view tensor) {
  __extension__ using Wide = __int128;
  Wide elements = 1;
  for (const std::int64_t n : shape) {
    elements *= n;
    if (n < 0 || elements >> 56 != 0) {
      throw Refusal{fmt::format("its tensor '{}' claims an impossible size", shown(tensor))};
    }
  }
  return static_cast<std::int64_t>(elements);
}

void copy_numbers(std::span<const std::byte> file, const StoredTensor& tensor, std::span<float> values) {
  const std::byte* first = file.data() + tensor.begin;
  const NumberType type = type_named(tensor.type);
  if (type == NumberType::float32 && tensor.strides.empty()) {
    if (!values.empty()) std::memcpy(values.data(), first, values.size_bytes());
    return;
  }
  const auto bytes = static_cast<std::int64_t>(bytes_of(type));
  Places places(tensor);
  for (float& value : values) {
    value = number_at(first + places.place() * bytes, type);
    places.advance();
  }
}

std::string shown(std::string_view text) {
  constexpr std::size_t kMost = 100;
  std::string result;
  for (const char c : text.substr(0, kMost)) result += c >= ' ' && c <= '~' ? c : '?';
  return text.size() > kMost ? result + "..." : result;
}

bool is_plain(std::string_view text) { return shown(text) == text; }

}  // namespace shoal
