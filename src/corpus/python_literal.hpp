// Lists as Python prints them into the cells of a table: ['#a', '#b'], which JSON's lists of texts are, too.
#pragma once

#include <cstddef>
#include <string_view>

#include "field_value.hpp"

namespace shoal {

/// Lists in lists beyond this depth are not read.
inline constexpr std::size_t kDeepestLiteral = 32;
/// Elements of all lists of one cell together.
inline constexpr std::size_t kMostElements = 100000;

/// The value that a literal spells, as Python's ast.literal_eval has it: a text, number, truth value, nothing
/// (None) or a list; tuples and sets become lists. Spellings of JSON and numpy count as well: true, false,
/// null, nan, \/ and surrogate pairs. What is spelt badly, and dictionaries, bytes and texts that stand
/// beside each other without a comma, are unusable. literal: UTF-8.
FieldValue python_literal(std::string_view literal);

/// A cell that may hold a list: a text, unless it begins with a bracket; then that list.
FieldValue cell_value(std::string_view cell);

}  // namespace shoal
