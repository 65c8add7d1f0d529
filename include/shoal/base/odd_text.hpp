// Text of strangers where control characters would act: on a terminal, in a table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace shoal {

/// A character of a text in UTF-8.
struct Character {
  std::size_t bytes = 0;  ///< that it takes; 0: there is no UTF-8 here
  char32_t code = 0;
};
/// The one at the start of a text that is not empty. Overlong forms, surrogates and numbers above U+10FFFF
/// are none (Unicode 15, table 3-7).
Character first_character(std::string_view text);

/// Whether a character acts on what shows it: C0 with its line ends, DEL, C1, separators of lines, and what
/// turns the direction of writing for what follows (embeddings, overrides, isolates).
bool is_control(char32_t code);

/// The text with control characters, and bytes that are no UTF-8, spelt out: `\x1b`, `\u202e`. One line.
std::string terminal_text(std::string_view text);
/// The same for each line of a text of several.
std::string terminal_lines(std::string_view text);

/// A text as a quoted cell of a CSV file (RFC 4180), spelt out like terminal_text. One that a spreadsheet
/// would take for a formula, since it begins with = + - @ a tab or a carriage return, has an apostrophe in
/// front, as has one that begins with an apostrophe.
std::string csv_cell(std::string_view text);

/// Records of a CSV file, its header among them; a line end inside quotes ends none.
std::int64_t count_csv_records(std::string_view csv);

}  // namespace shoal
