// Value noise and parabolic waves.
#include "shapes.hpp"

#include <cmath>

namespace shoal {

namespace {
constexpr double kWidest = 4.0;
}

double wave(double x) {
  const double t = x - std::floor(x);
  return t < 0.5 ? 16.0 * t * (0.5 - t) : -16.0 * (t - 0.5) * (1.0 - t);
}

Point direction(double turn) {
  const double x = wave(turn + 0.25);
  const double y = wave(turn);
  const double length = std::sqrt(x * x + y * y);
  return {x / length, y / length};
}

Ridge::Ridge(Dice& dice, double wavelength, int octaves) : wavelength_(wavelength) {
  for (int octave = 0; octave < octaves; ++octave) {
    const double step = wavelength / static_cast<double>(1 << octave);
    std::vector<double>& heights = heights_.emplace_back(static_cast<std::size_t>(kWidest / step) + 3);
    for (double& height : heights) height = dice.real(-1.0, 1.0);
  }
}

double Ridge::octave(double x, std::size_t number) const {
  const double position = x / wavelength_ * static_cast<double>(std::size_t{1} << number);
  const double before = std::floor(position);
  const double t = position - before;
  const double smooth = t * t * (3.0 - 2.0 * t);
  const auto i = static_cast<std::size_t>(before);
  return heights_[number][i] + (heights_[number][i + 1] - heights_[number][i]) * smooth;
}

double Ridge::at(double x) const {
  double sum = 0.0;
  double weight = 0.5;
  for (std::size_t i = 0; i < heights_.size(); ++i, weight *= 0.5) sum += weight * octave(x, i);
  return sum;
}

double Ridge::crest(double x) const {
  double sum = 0.0;
  double weight = 0.5;
  for (std::size_t i = 0; i < heights_.size(); ++i, weight *= 0.5) {
    sum += weight * (1.0 - 2.0 * std::abs(octave(x, i)));
  }
  return sum;
}

}  // namespace shoal
