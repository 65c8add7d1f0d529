// From quote to quote: what a quote does is told by the byte before it, so that all other bytes are passed
// over.
#include "csv_quotes.hpp"

#include <algorithm>
#include <cstdint>

#include "csv_bytes.hpp"

namespace shoal {
namespace {

/// Of a place in a row. closed: behind the quote that ends a field, unless another quote follows.
enum class Place : std::uint8_t { outside, inside, closed };

/// What stands before a quote, and before the spaces that a dialect skips.
enum class Before : std::uint8_t { other, separator, quote };

Before before(std::size_t quote, std::string_view text, CsvDialect dialect) {
  if (quote == 0) return Before::separator;
  if (text[quote - 1] == '"') return Before::quote;
  std::size_t field = quote;
  while (dialect.skips_initial_space && field > 0 && text[field - 1] == ' ') --field;
  return field == 0 || is_separator(text[field - 1], dialect.delimiter) ? Before::separator : Before::other;
}

/// The place behind a quote.
Place behind_quote(Place place, Before before) {
  using enum Place;
  constexpr Place kBehind[3][3] = {// other, separator, quote
                                   {outside, inside, outside},
                                   {closed, closed, closed},
                                   {outside, inside, inside}};
  return kBehind[static_cast<std::size_t>(place)][static_cast<std::size_t>(before)];
}

}  // namespace

std::array<bool, 2> inside_quotes_behind(std::string_view lines, CsvDialect dialect) {
  Place from_outside = Place::outside;
  Place from_inside = Place::inside;
  for_each_byte(lines, '"', [&](std::size_t quote) {
    const Before what = before(quote, lines, dialect);
    from_outside = behind_quote(from_outside, what);
    from_inside = behind_quote(from_inside, what);
  });
  return {from_outside == Place::inside, from_inside == Place::inside};
}

std::size_t rest_of_row(std::string_view lines, CsvDialect dialect, bool inside) {
  if (!inside) return 0;
  Place place = Place::inside;
  std::size_t behind = 0;    // the last quote
  std::size_t line_end = 0;  // the first one at or behind that, once the place is outside of quotes
  while (true) {
    const std::size_t quote = std::min(lines.find('"', behind), lines.size());
    if (place != Place::inside) {
      if (line_end < behind) line_end = find_separator(lines, behind, '\n');
      if (line_end < quote) return line_end + 1;
    }
    if (quote == lines.size()) return std::string_view::npos;
    place = behind_quote(place, before(quote, lines, dialect));
    behind = quote + 1;
  }
}

}  // namespace shoal
