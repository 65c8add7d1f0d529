// City at night, food on a plate, people.
#include <array>

#include "scenes.hpp"
#include "shapes.hpp"

namespace shoal {
namespace {

void draw_windows(Canvas& canvas, Dice& dice, Point low, Point high) {
  constexpr double kStep = 0.026;
  for (double y = low.y + kStep; y < high.y - kStep; y += kStep * 1.3) {
    for (double x = low.x + kStep * 0.5; x < high.x - kStep * 0.7; x += kStep) {
      if (!dice.chance(42)) continue;
      const Color light = dice.chance(85) ? Color{255, 214, 120} : Color{170, 214, 255};
      canvas.rectangle({x, y}, {x + kStep * 0.5, y + kStep * 0.7}, light, dice.real(0.5, 1.0));
    }
  }
}

void draw_buildings(Canvas& canvas, Dice& dice, double ground, double tallest, const Color& color, bool lit) {
  double x = -0.02;
  while (x < canvas.aspect()) {
    const double width = dice.real(0.08, 0.17);
    const double height = tallest * dice.real(0.35, 1.0);
    canvas.rectangle({x, ground - height}, {x + width, ground}, color);
    if (dice.chance(25)) {
      const double middle = x + width * 0.5;
      canvas.rectangle({middle - 0.004, ground - height - 0.08}, {middle + 0.004, ground - height}, color);
    }
    if (lit) draw_windows(canvas, dice, {x, ground - height}, {x + width, ground});
    x += width + dice.real(-0.02, 0.015);
  }
}

void draw_plate(Canvas& canvas, Point centre, double radius) {
  canvas.ellipse({centre.x + 0.02, centre.y + 0.03}, radius * 1.03, radius * 1.03, {1, 0}, {40, 22, 12}, 0.4);
  canvas.disc(centre, radius, {246, 242, 234});
  canvas.disc(centre, radius * 0.96, {232, 226, 214});
  canvas.disc(centre, radius * 0.72, {250, 247, 240});
}

void draw_tomato(Canvas& canvas, Dice& dice, Point at, double radius) {
  canvas.disc(at, radius, {196, 44, 30});
  canvas.disc(at, radius * 0.86, {226, 84, 56});
  const double start = dice.real(0.0, 1.0);
  for (int i = 0; i < 5; ++i) {
    const Point axis = direction(start + i / 5.0);
    canvas.ellipse({at.x + axis.x * radius * 0.5, at.y + axis.y * radius * 0.5}, radius * 0.26, radius * 0.16,
                   axis, {244, 176, 96});
  }
}

/// A heap of noodles, slices or leaves within radius of centre.
void draw_dish(Canvas& canvas, Dice& dice, Point centre, double radius) {
  constexpr std::array<Color, 3> kSauces = {{{214, 120, 40}, {186, 66, 34}, {226, 178, 84}}};
  canvas.disc(centre, radius, dice.pick(std::span<const Color>(kSauces)), 0.9);
  const auto somewhere = [&](double share) {
    const Point way = direction(dice.real(0.0, 1.0));
    const double far = radius * dice.real(0.0, share);
    return Point{centre.x + way.x * far, centre.y + way.y * far};
  };
  for (int i = 0; i < 36; ++i) {
    const Point at = somewhere(0.75);
    const Point axis = direction(dice.real(0.0, 1.0));
    canvas.ellipse(at, radius * 0.3, radius * 0.035, axis,
                   mix({240, 208, 120}, {206, 142, 60}, dice.real(0.0, 1.0)));
  }
  const int slices = dice.between(2, 5);
  for (int i = 0; i < slices; ++i) {
    const Point at = somewhere(0.7);
    draw_tomato(canvas, dice, at, radius * dice.real(0.16, 0.24));
  }
  for (int i = 0; i < 7; ++i) {
    const Point at = somewhere(0.8);
    const Point axis = direction(dice.real(0.0, 1.0));
    canvas.ellipse(at, radius * 0.14, radius * 0.06, axis,
                   mix({70, 130, 50}, {120, 166, 60}, dice.real(0.0, 1.0)));
  }
}

struct Look {
  Color skin, hair, clothes;
};

Look draw_look(Dice& dice) {
  constexpr std::array<Color, 5> kSkins = {
      {{246, 214, 190}, {232, 186, 150}, {202, 150, 112}, {150, 102, 72}, {104, 70, 52}}};
  constexpr std::array<Color, 5> kHair = {
      {{42, 30, 26}, {90, 56, 34}, {176, 120, 60}, {222, 184, 110}, {150, 60, 36}}};
  constexpr std::array<Color, 5> kClothes = {
      {{236, 232, 226}, {196, 120, 110}, {120, 140, 170}, {208, 170, 110}, {110, 96, 120}}};
  return {dice.pick(std::span<const Color>(kSkins)), dice.pick(std::span<const Color>(kHair)),
          dice.pick(std::span<const Color>(kClothes))};
}

void draw_face(Canvas& canvas, Point head, double size, const Color& skin) {
  canvas.ellipse(head, size, size * 1.22, {1, 0}, skin);
  for (const double side : {-1.0, 1.0}) {
    const double x = head.x + side * size * 0.38;
    canvas.ellipse({x, head.y - size * 0.1}, size * 0.13, size * 0.08, {1, 0}, {252, 252, 250});
    canvas.disc({x, head.y - size * 0.1}, size * 0.07, {50, 36, 30});
    canvas.ellipse({x, head.y - size * 0.32}, size * 0.19, size * 0.035, {1, 0},
                   mix(skin, {30, 20, 20}, 0.7));
    canvas.disc({x + side * size * 0.12, head.y + size * 0.3}, size * 0.2, {240, 120, 110}, 0.22);
  }
  canvas.ellipse({head.x, head.y + size * 0.22}, size * 0.1, size * 0.05, {1, 0},
                 mix(skin, {120, 60, 50}, 0.35));
  canvas.ellipse({head.x, head.y + size * 0.58}, size * 0.32, size * 0.13, {1, 0}, {186, 66, 70});
  canvas.ellipse({head.x, head.y + size * 0.5}, size * 0.36, size * 0.1, {1, 0}, skin);
}

void draw_person(Canvas& canvas, Dice& dice, Point head, double size) {
  const Look look = draw_look(dice);
  const bool long_hair = dice.chance(55);
  if (long_hair) {
    canvas.ellipse({head.x, head.y + size * 0.5}, size * 1.3, size * 1.9, {1, 0}, look.hair);
  }
  canvas.ellipse({head.x, head.y + size * 3.1}, size * 2.1, size * 1.7, {1, 0}, look.clothes);
  canvas.rectangle({head.x - size * 0.36, head.y + size * 0.8}, {head.x + size * 0.36, head.y + size * 1.7},
                   mix(look.skin, {90, 50, 40}, 0.18));
  canvas.ellipse({head.x, head.y + size * 1.65}, size * 0.5, size * 0.3, {1, 0},
                 mix(look.skin, {90, 50, 40}, 0.1));
  canvas.ellipse({head.x, head.y - size * 0.25}, size * 1.12, size * 1.2, {1, 0}, look.hair);
  draw_face(canvas, head, size, look.skin);
  canvas.ellipse({head.x, head.y - size * 0.98}, size * 0.86, size * 0.36, {1, 0}, look.hair);
}

}  // namespace

void draw_city(Canvas& canvas, Dice& dice) {
  const double ground = dice.real(0.78, 0.86);
  canvas.gradient(0.0, ground + 0.01, {8, 10, 30}, {44, 36, 78});
  for (int i = 0; i < 60; ++i) {
    const Point at = {dice.real(0.0, canvas.aspect()), dice.real(0.0, 0.5)};
    canvas.disc(at, 0.0025, {240, 240, 255}, dice.real(0.2, 0.9));
  }
  const Point moon = {dice.real(0.1, 0.9) * canvas.aspect(), dice.real(0.1, 0.25)};
  canvas.glow(moon, 0.2, {190, 200, 240}, 0.4);
  canvas.disc(moon, 0.045, {236, 236, 224});
  draw_buildings(canvas, dice, ground, 0.62, {30, 32, 66}, false);
  draw_buildings(canvas, dice, ground, 0.52, {14, 16, 36}, true);
  canvas.gradient(ground, 1.0, {18, 20, 46}, {6, 8, 20});
  for (int i = 0; i < 26; ++i) {
    const Point at = {dice.real(0.0, canvas.aspect()), dice.real(ground + 0.02, 1.0)};
    canvas.ellipse(at, dice.real(0.01, 0.05), 0.003, {1, 0}, {250, 200, 110}, 0.5);
  }
}

void draw_food(Canvas& canvas, Dice& dice) {
  const double shade = dice.real(0.0, 1.0);
  canvas.gradient(0.0, 1.0, mix({150, 94, 56}, {120, 70, 40}, shade),
                  mix({124, 74, 42}, {96, 56, 32}, shade));
  for (double y = dice.real(0.0, 0.1); y < 1.0; y += dice.real(0.09, 0.16)) {
    canvas.rectangle({-0.1, y}, {canvas.aspect() + 0.1, y + 0.006}, {70, 40, 22}, 0.5);
  }
  const Point centre = {canvas.aspect() * dice.real(0.44, 0.56), dice.real(0.46, 0.56)};
  const double radius = dice.real(0.33, 0.4) * (canvas.aspect() < 1.0 ? canvas.aspect() : 1.0);
  draw_plate(canvas, centre, radius);
  draw_dish(canvas, dice, centre, radius * 0.62);
  for (const double side : {-1.0, 1.0}) {
    const double x = centre.x + side * (radius + 0.06);
    canvas.rectangle({x - 0.008, centre.y - 0.05}, {x + 0.008, centre.y + 0.3}, {206, 206, 210});
    canvas.ellipse({x, centre.y - 0.13}, 0.09, 0.026, {0, 1}, {214, 214, 218});
  }
  if (dice.chance(50)) {
    const Point glass = {canvas.aspect() * 0.92, 0.1};
    canvas.disc(glass, 0.11, {230, 226, 220}, 0.6);
    canvas.disc(glass, 0.09, {130, 24, 40}, 0.85);
  }
}

void draw_people(Canvas& canvas, Dice& dice) {
  constexpr std::array<Color, 4> kWalls = {
      {{240, 224, 204}, {232, 214, 206}, {222, 224, 216}, {244, 230, 190}}};
  const Color wall = dice.pick(std::span<const Color>(kWalls));
  canvas.gradient(0.0, 1.0, mix(wall, {255, 255, 255}, 0.35), mix(wall, {150, 120, 100}, 0.2));
  for (int i = 0; i < 8; ++i) {
    const Point at = {dice.real(0.0, canvas.aspect()), dice.real(0.0, 0.7)};
    const double radius = dice.real(0.06, 0.16);
    canvas.glow(at, radius, {255, 250, 235}, 0.5);
  }
  const int people = canvas.aspect() > 1.1 ? dice.between(1, 3) : 1;
  for (int i = 0; i < people; ++i) {
    const double x = canvas.aspect() * (i + 0.5) / people + dice.real(-0.03, 0.03);
    const double y = dice.real(0.36, 0.46);
    const double size = people == 1 ? dice.real(0.17, 0.21) : dice.real(0.12, 0.15);
    draw_person(canvas, dice, {x, y}, size);
  }
}

}  // namespace shoal
