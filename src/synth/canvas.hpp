// A small anti-aliased rasteriser. Lengths are in units of the picture's height: x from 0 to aspect(), y from
// 0 at the top to 1. Only operations that IEEE 754 defines exactly are used, so a picture has the same bits
// everywhere.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "shoal/data/image.hpp"

namespace shoal {

/// Components from 0 to 255.
struct Color {
  double red = 0;
  double green = 0;
  double blue = 0;
};

/// share 0: a, 1: b.
Color mix(const Color& a, const Color& b, double share);

struct Point {
  double x = 0;
  double y = 0;
};

class Canvas {
 public:
  Canvas(int width, int height);

  [[nodiscard]] double aspect() const { return static_cast<double>(width_) / height_; }

  /// Rows from y = top to y = bottom, one colour running into the other.
  void gradient(double top, double bottom, const Color& from, const Color& to);
  /// Everything between the curves upper(x) and lower(x), where upper < lower.
  void between(const std::function<double(double)>& upper, const std::function<double(double)>& lower,
               const Color& color, double opacity = 1.0);
  /// radii along axis (a unit vector) and across it.
  void ellipse(Point centre, double along, double across, Point axis, const Color& color,
               double opacity = 1.0);
  void disc(Point centre, double radius, const Color& color, double opacity = 1.0);
  /// Light that fades out towards the radius.
  void glow(Point centre, double radius, const Color& color, double opacity);
  /// A convex polygon, its corners clockwise as seen on the picture.
  void polygon(std::span<const Point> corners, const Color& color, double opacity = 1.0);
  void rectangle(Point low, Point high, const Color& color, double opacity = 1.0);
  /// Mixes a share of one colour into the whole picture.
  void tint(const Color& color, double share);

  [[nodiscard]] RgbImage image() const;

 private:
  struct Box;
  [[nodiscard]] Box pixels_around(Point low, Point high) const;
  [[nodiscard]] Point centre_of(int column, int row) const;
  void blend(int column, int row, const Color& color, double opacity);

  int width_;
  int height_;
  std::vector<Color> pixels_;
};

}  // namespace shoal
