// All machines Shoal runs on are little endian.
#include "shoal/base/packing.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>
#include <utility>

#include "shoal/base/error.hpp"

namespace shoal {

static_assert(std::endian::native == std::endian::little);

void Packer::put(const void* data, std::size_t size) {
  const auto* begin = static_cast<const std::byte*>(data);
  bytes_.insert(bytes_.end(), begin, begin + size);
}

void Packer::number(std::int64_t value) { put(&value, sizeof value); }

void Packer::numbers(std::span<const double> values) {
  number(static_cast<std::int64_t>(values.size()));
  put(values.data(), values.size_bytes());
}

void Packer::text(std::string_view value) { bytes(std::as_bytes(std::span(value))); }

void Packer::bytes(std::span<const std::byte> value) {
  number(static_cast<std::int64_t>(value.size()));
  put(value.data(), value.size());
}

std::vector<std::byte> Packer::take() { return std::exchange(bytes_, {}); }

std::span<const std::byte> Unpacker::take(std::int64_t count, std::size_t element_bytes) {
  if (count < 0 || static_cast<std::uint64_t>(count) > rest_.size() / element_bytes) {
    throw FailureError(fmt::format("{} is shorter than it says", what_));
  }
  const auto taken = rest_.first(static_cast<std::size_t>(count) * element_bytes);
  rest_ = rest_.subspan(taken.size());
  return taken;
}

std::int64_t Unpacker::number() {
  std::int64_t value = 0;
  std::memcpy(&value, take(1, sizeof value).data(), sizeof value);
  return value;
}

std::vector<double> Unpacker::numbers() {
  const auto taken = take(number(), sizeof(double));
  std::vector<double> values(taken.size() / sizeof(double));
  if (!values.empty()) std::memcpy(values.data(), taken.data(), taken.size());
  return values;
}

std::string Unpacker::text() {
  const auto taken = bytes();
  return {reinterpret_cast<const char*>(taken.data()), taken.size()};
}

std::span<const std::byte> Unpacker::bytes() { return take(number(), 1); }

}  // namespace shoal
