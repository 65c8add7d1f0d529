// Where rows begin in lines from the middle of a table. Behind a line end a text is either inside quotes or
// not. What the lines of a part make of both, put together from part to part, tells every part how it begins.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "csv_text.hpp"

namespace shoal {

/// lines: whole lines of a table. Whether the line behind them begins inside quotes: [0] where they begin
/// outside of quotes, [1] where they begin inside.
std::array<bool, 2> inside_quotes_behind(std::string_view lines, CsvDialect dialect);

/// How many bytes of such lines belong to the row that is under way where they begin, with its line end: 0
/// where none is, npos where it does not end in these lines.
std::size_t rest_of_row(std::string_view lines, CsvDialect dialect, bool inside);

}  // namespace shoal
