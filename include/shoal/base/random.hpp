// Counter-based random numbers: a draw depends on what it is for, never on who draws it or when.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace shoal {

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011).
std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                        std::array<std::uint32_t, 2> key);

/// A family of draws for one purpose. Its key mixes the job's seed with the purpose's name, so that two
/// purposes never share numbers; a draw is addressed by (round, index).
class RandomStream {
 public:
  RandomStream(std::uint64_t seed, std::string_view purpose);

  /// 64 random bits for (round, index). index: usually a global row number.
  [[nodiscard]] std::uint64_t bits(std::uint64_t round, std::uint64_t index) const;
  /// Four 32-bit words for (round, index).
  [[nodiscard]] std::array<std::uint32_t, 4> words(std::uint64_t round, std::uint64_t index) const;
  /// Uniform in [0, bound), bound > 0: the high half of bits * bound (bias below bound / 2^64).
  [[nodiscard]] std::uint64_t below(std::uint64_t bound, std::uint64_t round, std::uint64_t index) const;
  /// Uniform in [0, 1) with 53 bits.
  [[nodiscard]] double uniform(std::uint64_t round, std::uint64_t index) const;

 private:
  std::array<std::uint32_t, 2> key_;
};

}  // namespace shoal
