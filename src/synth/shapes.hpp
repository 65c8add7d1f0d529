// Curves and directions for drawing, without sines: parabolas and interpolated lattices.
#pragma once

#include <vector>

#include "canvas.hpp"
#include "dice.hpp"

namespace shoal {

/// A wave of period 1 between -1 and 1, made of parabolas; 0 and rising at x = 0.
double wave(double x);

/// The unit vector at a share of a full turn, clockwise from the right as seen on the picture.
Point direction(double turn);

/// A curve like a range of hills, between about -1 and 1: random heights at lattice points, smoothly joined,
/// in octaves of half the wavelength and half the height.
class Ridge {
 public:
  Ridge(Dice& dice, double wavelength, int octaves);
  /// x: [0, 4].
  [[nodiscard]] double at(double x) const;
  /// The same with sharp crests.
  [[nodiscard]] double crest(double x) const;

 private:
  [[nodiscard]] double octave(double x, std::size_t number) const;

  double wavelength_;
  std::vector<std::vector<double>> heights_;
};

}  // namespace shoal
