// Philox4x32-10 and the streams keyed from a seed and a purpose.
#include "shoal/base/random.hpp"

#include "shoal/base/check.hpp"
#include "shoal/base/digest.hpp"

namespace shoal {

std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t product0 = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t product1 = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {static_cast<std::uint32_t>(product1 >> 32) ^ counter[1] ^ key[0],
               static_cast<std::uint32_t>(product1),
               static_cast<std::uint32_t>(product0 >> 32) ^ counter[3] ^ key[1],
               static_cast<std::uint32_t>(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose) {
  std::string text = std::to_string(seed);
  text += '\0';
  text += purpose;
  const std::uint64_t mixed = leading_bits(sha256(text));
  key_ = {static_cast<std::uint32_t>(mixed), static_cast<std::uint32_t>(mixed >> 32)};
}

std::array<std::uint32_t, 4> RandomStream::words(std::uint64_t round, std::uint64_t index) const {
  return philox4x32({static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32),
                     static_cast<std::uint32_t>(round), static_cast<std::uint32_t>(round >> 32)},
                    key_);
}

std::uint64_t RandomStream::bits(std::uint64_t round, std::uint64_t index) const {
  const auto w = words(round, index);
  return (std::uint64_t{w[1]} << 32) | w[0];
}

std::uint64_t RandomStream::below(std::uint64_t bound, std::uint64_t round, std::uint64_t index) const {
  SHOAL_EXPECT(bound > 0);
  __extension__ using Wide = unsigned __int128;
  return static_cast<std::uint64_t>((static_cast<Wide>(bits(round, index)) * bound) >> 64);
}

double RandomStream::uniform(std::uint64_t round, std::uint64_t index) const {
  return static_cast<double>(bits(round, index) >> 11) * 0x1.0p-53;
}

}  // namespace shoal
