// A table that is read in parts, as ranges of a file are, beside the table that is read as a whole.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "corpus/csv_quotes.hpp"
#include "corpus/csv_text.hpp"

namespace shoal::testing {

using Table = std::vector<std::vector<std::string>>;

inline void append_rows(std::string_view text, CsvDialect dialect, Table& table) {
  CsvRows rows(text, dialect);
  while (rows.next()) table.emplace_back(rows.fields().begin(), rows.fields().end());
}

inline Table rows_of(std::string_view text, CsvDialect dialect) {
  Table table;
  append_rows(text, dialect, table);
  return table;
}

/// Where the lines begin that begin at or behind `cut`.
inline std::size_t line_behind(std::string_view text, std::size_t cut) {
  if (cut == 0) return 0;
  return std::min(text.find_first_of("\r\n", cut - 1), text.size() - 1) + 1;
}

/// The rows of each part one after the other: a part has the rows that begin in its lines. cuts: rising.
inline Table rows_of_parts(std::string_view text, CsvDialect dialect, const std::vector<std::size_t>& cuts) {
  Table table;
  bool inside = false;
  std::size_t lines = 0;      // where the part's lines begin
  std::size_t first_row = 0;  // where the first row begins that begins in them or behind them
  for (std::size_t part = 0; part <= cuts.size(); ++part) {
    const std::size_t next = part < cuts.size() ? line_behind(text, cuts[part]) : text.size();
    inside = inside_quotes_behind(text.substr(lines, next - lines), dialect)[inside ? 1 : 0];
    const std::size_t rest = rest_of_row(text.substr(next), dialect, inside);
    const std::size_t next_row = rest == std::string_view::npos ? text.size() : next + rest;
    append_rows(text.substr(first_row, next_row - first_row), dialect, table);
    lines = next;
    first_row = next_row;
  }
  return table;
}

}  // namespace shoal::testing
