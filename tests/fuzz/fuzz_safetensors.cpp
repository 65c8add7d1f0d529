// Any bytes as a safetensors file.
#include <cstdint>

#include "read_all_numbers.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto file = std::as_bytes(std::span(data, size));
  try {
    shoal::read_all_numbers(file, shoal::read_safetensors(file));
  } catch (const shoal::Refusal&) {
  }
  return 0;
}
