// Any bytes as a PyTorch file of either container, and as what follows the beginning of a legacy one: the
// fuzzer then need not find that first.
#include <cstdint>
#include <string>

#include "read_all_numbers.hpp"

namespace {

void read_as_weights(std::span<const std::byte> file) {
  try {
    shoal::read_all_numbers(file, shoal::read_weights(file));
  } catch (const shoal::Refusal&) {
  }
}

/// Magic number, version, and a little-endian machine, pickled.
std::string legacy_beginning() {
  using namespace std::string_literals;
  return "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19."
         "\x80\x02M\xe9\x03."
         "\x80\x02}X\x0d\0\0\0little_endian\x88s."s;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_as_weights(std::as_bytes(std::span(data, size)));
  const std::string legacy = legacy_beginning() + std::string(reinterpret_cast<const char*>(data), size);
  read_as_weights(std::as_bytes(std::span(legacy)));
  return 0;
}
