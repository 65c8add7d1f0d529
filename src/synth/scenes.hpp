// One drawing style for each theme of vocabulary.hpp, in the same order.
#pragma once

#include "canvas.hpp"
#include "dice.hpp"

namespace shoal {

void draw_sea(Canvas& canvas, Dice& dice);
void draw_mountains(Canvas& canvas, Dice& dice);
void draw_city(Canvas& canvas, Dice& dice);
void draw_food(Canvas& canvas, Dice& dice);
void draw_flowers(Canvas& canvas, Dice& dice);
void draw_people(Canvas& canvas, Dice& dice);
void draw_forest(Canvas& canvas, Dice& dice);
void draw_sunset(Canvas& canvas, Dice& dice);

/// The photo of a post of a group; longer side `side` pixels, landscape, square or portrait. Groups beyond
/// the eighth are tinted, each round of eight in its own colour.
RgbImage draw_photo(int group, int side, Dice dice);

}  // namespace shoal
