// From a group's number to its drawing style, and the shape of the picture.
#include "scenes.hpp"

#include <array>

#include "vocabulary.hpp"

namespace shoal {
namespace {

constexpr std::array kScenes = {draw_sea,     draw_mountains, draw_city,   draw_food,
                                draw_flowers, draw_people,    draw_forest, draw_sunset};
static_assert(kScenes.size() == kThemes);

Canvas make_canvas(int side, Dice& dice) {
  const int shorter = side * 3 / 4;
  switch (dice.below(5)) {
    case 0:
      return {shorter, side};
    case 1:
      return {side, side};
    default:
      return {side, shorter};
  }
}

Color tint_of_round(int round) {
  constexpr std::array<Color, 6> kTints = {
      {{230, 40, 40}, {40, 200, 60}, {50, 60, 230}, {230, 210, 40}, {200, 50, 210}, {40, 210, 210}}};
  return kTints[static_cast<std::size_t>(round) % kTints.size()];
}

}  // namespace

RgbImage draw_photo(int group, int side, Dice dice) {
  Canvas canvas = make_canvas(side, dice);
  kScenes[static_cast<std::size_t>(theme_of_group(group))](canvas, dice);
  const int round = group / kThemes;
  if (round > 0) canvas.tint(tint_of_round(round - 1), 0.35);
  return canvas.image();
}

}  // namespace shoal
