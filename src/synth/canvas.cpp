// Coverage of a pixel is estimated from the distance of its centre to the edge: half a pixel inside is
// covered.
#include "canvas.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "shoal/base/check.hpp"

namespace shoal {
namespace {

/// distance: from the edge in pixels, positive inside.
double coverage(double distance) { return std::clamp(distance + 0.5, 0.0, 1.0); }

std::uint8_t to_byte(double component) {
  return static_cast<std::uint8_t>(std::clamp(component, 0.0, 255.0) + 0.5);
}

}  // namespace

/// Columns and rows, the ends not included.
struct Canvas::Box {
  int left, right, top, bottom;
};

Color mix(const Color& a, const Color& b, double share) {
  return {a.red + (b.red - a.red) * share, a.green + (b.green - a.green) * share,
          a.blue + (b.blue - a.blue) * share};
}

Canvas::Canvas(int width, int height)
    : width_(width),
      height_(height),
      pixels_(static_cast<std::size_t>(width) * static_cast<std::size_t>(height)) {
  SHOAL_EXPECT(width > 0 && height > 0);
}

Canvas::Box Canvas::pixels_around(Point low, Point high) const {
  const auto pixel = [this](double x, int most) {
    return static_cast<int>(std::clamp(std::floor(x * height_), 0.0, static_cast<double>(most)));
  };
  // A pixel more on each side, for the soft edge.
  return {std::max(pixel(low.x, width_) - 1, 0), std::min(pixel(high.x, width_) + 2, width_),
          std::max(pixel(low.y, height_) - 1, 0), std::min(pixel(high.y, height_) + 2, height_)};
}

Point Canvas::centre_of(int column, int row) const {
  return {(column + 0.5) / height_, (row + 0.5) / height_};
}

void Canvas::blend(int column, int row, const Color& color, double opacity) {
  Color& pixel = pixels_[static_cast<std::size_t>(row) * static_cast<std::size_t>(width_) +
                         static_cast<std::size_t>(column)];
  pixel = mix(pixel, color, opacity);
}

void Canvas::gradient(double top, double bottom, const Color& from, const Color& to) {
  const Box box = pixels_around({0.0, top}, {aspect(), bottom});
  for (int row = box.top; row < box.bottom; ++row) {
    const double y = centre_of(0, row).y;
    const double share = std::clamp((y - top) / (bottom - top), 0.0, 1.0);
    const double covered = std::min(coverage((y - top) * height_), coverage((bottom - y) * height_));
    for (int column = 0; column < width_; ++column) blend(column, row, mix(from, to, share), covered);
  }
}

void Canvas::between(const std::function<double(double)>& upper, const std::function<double(double)>& lower,
                     const Color& color, double opacity) {
  for (int column = 0; column < width_; ++column) {
    const double x = centre_of(column, 0).x;
    const double first = upper(x);
    const double last = lower(x);
    if (first >= last) continue;
    const Box box = pixels_around({x, first}, {x, last});
    for (int row = box.top; row < box.bottom; ++row) {
      const double y = centre_of(column, row).y;
      const double covered = coverage((y - first) * height_) * coverage((last - y) * height_);
      blend(column, row, color, opacity * covered);
    }
  }
}

void Canvas::ellipse(Point centre, double along, double across, Point axis, const Color& color,
                     double opacity) {
  const double reach = std::max(along, across);
  const Box box = pixels_around({centre.x - reach, centre.y - reach}, {centre.x + reach, centre.y + reach});
  const double pixels = std::min(along, across) * height_;
  for (int row = box.top; row < box.bottom; ++row) {
    for (int column = box.left; column < box.right; ++column) {
      const Point p = centre_of(column, row);
      const double dx = p.x - centre.x;
      const double dy = p.y - centre.y;
      const double u = (dx * axis.x + dy * axis.y) / along;
      const double v = (dy * axis.x - dx * axis.y) / across;
      // (1 - |uv|) times the smaller radius: exact for a disc, a little soft at the ends of a long ellipse.
      blend(column, row, color, opacity * coverage((1.0 - std::sqrt(u * u + v * v)) * pixels));
    }
  }
}

void Canvas::disc(Point centre, double radius, const Color& color, double opacity) {
  ellipse(centre, radius, radius, {1.0, 0.0}, color, opacity);
}

void Canvas::glow(Point centre, double radius, const Color& color, double opacity) {
  const Box box =
      pixels_around({centre.x - radius, centre.y - radius}, {centre.x + radius, centre.y + radius});
  for (int row = box.top; row < box.bottom; ++row) {
    for (int column = box.left; column < box.right; ++column) {
      const Point p = centre_of(column, row);
      const double dx = (p.x - centre.x) / radius;
      const double dy = (p.y - centre.y) / radius;
      const double inside = std::max(1.0 - (dx * dx + dy * dy), 0.0);
      blend(column, row, color, opacity * inside * inside);
    }
  }
}

void Canvas::polygon(std::span<const Point> corners, const Color& color, double opacity) {
  Point low = corners.front();
  Point high = corners.front();
  for (const Point& corner : corners) {
    low = {std::min(low.x, corner.x), std::min(low.y, corner.y)};
    high = {std::max(high.x, corner.x), std::max(high.y, corner.y)};
  }
  const Box box = pixels_around(low, high);
  for (int row = box.top; row < box.bottom; ++row) {
    for (int column = box.left; column < box.right; ++column) {
      const Point p = centre_of(column, row);
      double covered = 1.0;
      for (std::size_t i = 0; i < corners.size(); ++i) {
        const Point& a = corners[i];
        const Point& b = corners[(i + 1) % corners.size()];
        const double length = std::sqrt((b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y));
        const double distance = ((b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)) / length;
        covered = std::min(covered, coverage(distance * height_));
      }
      blend(column, row, color, opacity * covered);
    }
  }
}

void Canvas::rectangle(Point low, Point high, const Color& color, double opacity) {
  const std::array<Point, 4> corners = {low, Point{high.x, low.y}, high, Point{low.x, high.y}};
  polygon(corners, color, opacity);
}

void Canvas::tint(const Color& color, double share) {
  for (Color& pixel : pixels_) pixel = mix(pixel, color, share);
}

RgbImage Canvas::image() const {
  RgbImage image(width_, height_);
  auto out = image.pixels.begin();
  for (const Color& pixel : pixels_) {
    *out++ = to_byte(pixel.red);
    *out++ = to_byte(pixel.green);
    *out++ = to_byte(pixel.blue);
  }
  return image;
}

}  // namespace shoal
