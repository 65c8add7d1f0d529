// Sea, mountains, forest, sunset, flowers.
#include <array>

#include "scenes.hpp"
#include "shapes.hpp"

namespace shoal {
namespace {

// Neighbouring gradients overlap by this much, so that the black ground does not show through their soft
// edges.
constexpr double kOverlap = 0.01;

double bottom_edge(double) { return 1.01; }

void draw_cloud(Canvas& canvas, Dice& dice, Point centre, double size, const Color& color) {
  for (int puff = 0; puff < 5; ++puff) {
    const Point at = {centre.x + dice.real(-size, size), centre.y + dice.real(-0.15, 0.15) * size};
    const double radius = size * dice.real(0.35, 0.7);
    canvas.ellipse(at, radius, radius * 0.5, {1, 0}, color, 0.45);
  }
}

void draw_clouds(Canvas& canvas, Dice& dice, double lowest, const Color& color) {
  const int clouds = dice.between(1, 4);
  for (int i = 0; i < clouds; ++i) {
    const Point at = {dice.real(0.0, canvas.aspect()), dice.real(0.05, lowest)};
    const double size = dice.real(0.07, 0.16);
    draw_cloud(canvas, dice, at, size, color);
  }
}

void draw_boat(Canvas& canvas, Dice& dice, Point at, double size) {
  constexpr std::array<Color, 4> kHulls = {{{150, 40, 35}, {60, 45, 40}, {240, 240, 235}, {30, 70, 120}}};
  const Color hull = dice.pick(std::span<const Color>(kHulls));
  const auto place = [&](double x, double y) { return Point{at.x + x * size, at.y + y * size}; };
  canvas.rectangle(place(-0.03, -1.5), place(0.03, 0.0), {90, 70, 55});
  canvas.polygon(std::array{place(0.06, -1.5), place(0.75, -0.2), place(0.06, -0.2)}, {250, 248, 240});
  canvas.polygon(std::array{place(-0.06, -1.3), place(-0.06, -0.2), place(-0.6, -0.2)}, {236, 230, 214});
  canvas.polygon(std::array{place(-0.8, -0.1), place(0.9, -0.1), place(0.6, 0.2), place(-0.55, 0.2)}, hull);
}

/// A band of water whose upper edge runs in waves.
void draw_waves(Canvas& canvas, Dice& dice, double y, double height, const Color& color) {
  const double phase = dice.real(0.0, 1.0);
  const double length = dice.real(0.12, 0.3) + height;
  canvas.between([&](double x) { return y + 0.5 * height * wave(x / length + phase); }, bottom_edge, color,
                 0.55);
}

void draw_fir(Canvas& canvas, Point foot, double height, const Color& color) {
  const double half = height * 0.22;
  canvas.rectangle({foot.x - height * 0.025, foot.y - height * 0.2}, {foot.x + height * 0.025, foot.y},
                   mix(color, {60, 40, 25}, 0.6));
  for (int tier = 0; tier < 4; ++tier) {
    const double top = foot.y - height + tier * height * 0.19;
    const double width = half * (0.45 + 0.22 * tier);
    canvas.polygon(std::array{Point{foot.x, top}, Point{foot.x + width, top + height * 0.32},
                              Point{foot.x - width, top + height * 0.32}},
                   color);
  }
}

void draw_flower(Canvas& canvas, Dice& dice, Point centre, double size, const Color& petal) {
  const int petals = dice.between(5, 9);
  const double start = dice.real(0.0, 1.0);
  for (int layer = 0; layer < 2; ++layer) {
    const double reach = size * (layer == 0 ? 0.62 : 0.4);
    for (int i = 0; i < petals; ++i) {
      const Point axis = direction(start + (i + 0.5 * layer) / petals);
      canvas.ellipse({centre.x + axis.x * reach, centre.y + axis.y * reach}, size * 0.45, size * 0.26, axis,
                     mix(petal, {255, 255, 255}, layer == 0 ? 0.08 * (i % 2) : 0.3), 0.92);
    }
  }
  canvas.disc(centre, size * 0.24, {244, 190, 60});
  canvas.disc(centre, size * 0.13, {196, 130, 40});
}

}  // namespace

void draw_sea(Canvas& canvas, Dice& dice) {
  const double horizon = dice.real(0.3, 0.5);
  const double bright = dice.real(0.0, 1.0);
  canvas.gradient(0.0, horizon + kOverlap, mix({96, 168, 224}, {140, 200, 240}, bright), {226, 242, 250});
  const Point sun = {dice.real(0.1, 0.9) * canvas.aspect(), dice.real(0.08, 0.2)};
  canvas.glow(sun, 0.3, {255, 252, 225}, 0.9);
  draw_clouds(canvas, dice, horizon * 0.7, {255, 255, 255});
  canvas.gradient(horizon, 1.0, {52, 160, 190}, mix({8, 62, 118}, {10, 92, 130}, bright));
  const int bands = dice.between(5, 8);
  const double boat_x = dice.real(0.2, 0.8) * canvas.aspect();
  const int boat_band = dice.between(1, bands / 2);
  for (int i = 0; i < bands; ++i) {
    const double depth = static_cast<double>(i + 1) / bands;
    const double y = horizon + (1.0 - horizon) * depth * depth;
    if (i == boat_band) draw_boat(canvas, dice, {boat_x, y}, 0.05 + 0.12 * depth);
    draw_waves(
        canvas, dice, y, 0.012 + 0.05 * depth,
        i % 2 == 0 ? mix({30, 128, 168}, {6, 66, 122}, depth) : mix({90, 188, 204}, {24, 110, 160}, depth));
  }
  if (dice.chance(35)) draw_waves(canvas, dice, 0.93, 0.05, {238, 222, 180});
}

void draw_mountains(Canvas& canvas, Dice& dice) {
  canvas.gradient(0.0, 0.8, {138, 160, 196}, {232, 234, 240});
  draw_clouds(canvas, dice, 0.3, {250, 250, 252});
  const int ranges = dice.between(3, 4);
  for (int i = 0; i < ranges; ++i) {
    const double near = static_cast<double>(i) / (ranges - 1);
    const Ridge ridge(dice, 0.75 - 0.15 * near, 6);
    const Ridge snow(dice, 0.06, 2);
    const double base = 0.42 + 0.34 * near;
    const double height = 0.42 - 0.22 * near;
    const auto crest = [&](double x) { return base - height * ridge.crest(x); };
    const double snow_line = base - height * 0.12;
    canvas.between(crest, bottom_edge, mix({150, 160, 182}, {62, 66, 78}, near));
    if (near < 0.9) {
      canvas.between(
          crest, [&](double x) { return snow_line + 0.05 * snow.at(x); }, {248, 250, 254}, 0.9);
    }
  }
  if (dice.chance(50)) canvas.gradient(0.88, 1.0, {120, 134, 156}, {88, 98, 118});
}

void draw_forest(Canvas& canvas, Dice& dice) {
  canvas.gradient(0.0, 1.0, {206, 222, 190}, {70, 104, 58});
  canvas.glow({dice.real(0.2, 0.8) * canvas.aspect(), 0.05}, 0.7, {250, 250, 214}, 0.7);
  const int layers = dice.between(3, 5);
  for (int layer = 0; layer < layers; ++layer) {
    const double near = static_cast<double>(layer + 1) / layers;
    const Color color = mix({142, 176, 128}, {16, 52, 26}, near);
    const Ridge ground(dice, 0.6, 3);
    const double foot = 0.5 + 0.4 * near;
    canvas.between([&](double x) { return foot - 0.02 + 0.03 * ground.at(x); }, bottom_edge, color);
    const int trees = 14 - 2 * layer;
    for (int tree = 0; tree < trees; ++tree) {
      const Point at = {dice.real(-0.05, canvas.aspect() + 0.05), foot + dice.real(0.0, 0.03)};
      const double height = dice.real(0.22, 0.4) + 0.3 * near;
      draw_fir(canvas, at, height, mix(color, {90, 120, 50}, dice.real(0.0, 0.25)));
    }
  }
}

void draw_sunset(Canvas& canvas, Dice& dice) {
  const double horizon = dice.real(0.58, 0.72);
  const double purple = dice.real(0.0, 1.0);
  canvas.gradient(0.0, horizon * 0.6 + kOverlap, mix({88, 44, 108}, {170, 60, 70}, purple), {236, 104, 62});
  canvas.gradient(horizon * 0.6, horizon + kOverlap, {236, 104, 62}, {255, 200, 96});
  const Point sun = {dice.real(0.25, 0.75) * canvas.aspect(), horizon - dice.real(0.0, 0.16)};
  canvas.glow(sun, 0.5, {255, 222, 130}, 0.8);
  canvas.disc(sun, dice.real(0.07, 0.12), {255, 240, 180});
  const int stripes = dice.between(3, 7);
  for (int i = 0; i < stripes; ++i) {
    const Point at = {dice.real(0.0, canvas.aspect()), dice.real(0.08, horizon - 0.1)};
    const double length = dice.real(0.15, 0.4);
    canvas.ellipse(at, length, 0.012, {1, 0}, {255, 150, 110}, 0.5);
  }
  canvas.gradient(horizon, 1.0, {214, 108, 70}, {70, 30, 62});
  for (int i = 0; i < 12; ++i) {
    const double y = horizon + 0.015 + 0.03 * i;
    canvas.ellipse({sun.x + dice.real(-0.02, 0.02), y}, 0.05 + 0.012 * i, 0.005, {1, 0}, {255, 226, 150},
                   0.7);
  }
  const Ridge hills(dice, 0.5, 4);
  const double height = dice.real(0.04, 0.1);
  canvas.between([&](double x) { return horizon - 0.02 - height * hills.at(x); },
                 [&](double) { return horizon + 0.005; }, {58, 26, 48});
}

void draw_flowers(Canvas& canvas, Dice& dice) {
  constexpr std::array<Color, 4> kPetals = {
      {{226, 60, 130}, {240, 120, 170}, {206, 60, 190}, {250, 150, 180}}};
  canvas.gradient(0.0, 1.0, {246, 214, 226}, {176, 204, 150});
  for (int i = 0; i < 14; ++i) {
    const Point at = {dice.real(0.0, canvas.aspect()), dice.real(0.0, 1.0)};
    const double radius = dice.real(0.08, 0.22);
    canvas.glow(at, radius, mix({255, 236, 240}, {226, 240, 196}, dice.real(0.0, 1.0)), 0.6);
  }
  const int flowers = dice.between(5, 9);
  for (int i = 0; i < flowers; ++i) {
    const double x = (i + dice.real(0.2, 0.8)) / flowers * canvas.aspect();
    const double y = dice.real(0.25, 0.72);
    const double size = dice.real(0.1, 0.19);
    const double lean = dice.real(-0.06, 0.06);
    canvas.polygon(std::array{Point{x - 0.006, y}, Point{x + 0.006, y}, Point{x + lean + 0.01, 1.02},
                              Point{x + lean - 0.01, 1.02}},
                   {74, 126, 66});
    canvas.ellipse({x + lean * 0.6 + 0.05, y + (1 - y) * 0.6}, 0.07, 0.022, direction(0.87), {92, 150, 76});
    draw_flower(canvas, dice, {x, y}, size, dice.pick(std::span<const Color>(kPetals)));
  }
}

}  // namespace shoal
