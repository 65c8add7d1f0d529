// How many bytes this process holds by `operator new`. A program of tests that links shoal_counted_memory
// allocates through it; what libraries in C take for themselves (MPI, HDF5) is not counted.
#pragma once

#include <array>
#include <cstdint>

namespace shoal::testing {

/// Held now, of all threads.
std::int64_t held_bytes();

/// The most that is held while it lives, beyond what was held when it was made. One at a time.
class CountedMemory {
 public:
  CountedMemory();
  [[nodiscard]] std::int64_t peak() const;

 private:
  std::int64_t before_;
};

/// The peak of work() beyond what is held already.
template <class Work>
std::int64_t peak_of(const Work& work) {
  const CountedMemory memory;
  work();
  return memory.peak();
}

/// What one more row takes, from the peaks at three sizes: the steeper of the two slopes, so that a cost that
/// grows faster than the rows shows at the larger sizes.
template <class PeakAt>
double steepest_slope(const std::array<std::int64_t, 3>& sizes, const PeakAt& peak_at) {
  std::array<double, 3> peaks{};
  for (std::size_t i = 0; i < sizes.size(); ++i) peaks[i] = static_cast<double>(peak_at(sizes[i]));
  double steepest = 0.0;
  for (std::size_t i = 1; i < sizes.size(); ++i) {
    const double slope = (peaks[i] - peaks[i - 1]) / static_cast<double>(sizes[i] - sizes[i - 1]);
    steepest = slope > steepest ? slope : steepest;
  }
  return steepest;
}

}  // namespace shoal::testing
