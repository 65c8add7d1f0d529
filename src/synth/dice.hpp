// One thing's own sequence of draws: the same for a given stream and number, whoever draws and when.
// Never two draws among the arguments of one call or the operands of one operator: the compiler chooses their
// order.
#pragma once

#include <cstdint>
#include <span>

#include "shoal/base/random.hpp"

namespace shoal {

class Dice {
 public:
  /// index: the number of the post, profile or photo that is being made.
  Dice(const RandomStream& stream, std::int64_t index)
      : stream_(&stream), index_(static_cast<std::uint64_t>(index)) {}

  /// Uniform in [0, bound), bound > 0.
  std::uint64_t below(std::uint64_t bound) { return stream_->below(bound, round_++, index_); }
  /// Uniform in [low, high], both included.
  int between(int low, int high) {
    return low + static_cast<int>(below(static_cast<std::uint64_t>(high - low + 1)));
  }
  /// Uniform in [low, high).
  double real(double low, double high) { return low + (high - low) * stream_->uniform(round_++, index_); }
  bool chance(std::uint64_t percent) { return below(100) < percent; }

  template <class T>
  const T& pick(std::span<const T> choices) {
    return choices[below(choices.size())];
  }

 private:
  const RandomStream* stream_;
  std::uint64_t index_;
  std::uint64_t round_ = 0;
};

}  // namespace shoal
