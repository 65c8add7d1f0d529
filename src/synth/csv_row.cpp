// Only cells that hold a delimiter, a quote or a line end have quotes.
#include "csv_row.hpp"

#include <algorithm>

namespace shoal {

CsvRow& CsvRow::cell(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == text.npos) return raw(text);
  row_ += '"';
  for (const char c : text) {
    if (c == '"') row_ += '"';
    row_ += c;
  }
  row_ += "\",";
  return *this;
}

CsvRow& CsvRow::raw(std::string_view cell) {
  row_ += cell;
  row_ += ',';
  return *this;
}

std::string CsvRow::take() {
  row_.pop_back();
  return std::move(row_) + "\r\n";
}

std::string cut_row(std::string_view row) {
  bool quoted = false;
  std::size_t open = 0;    // the last quote that opened a cell
  std::size_t behind = 0;  // the last delimiter
  std::size_t end = 0;     // where the row may break off, in its first half if it can
  for (std::size_t at = 0; at < row.size(); ++at) {
    if (row[at] == '"') {
      // A doubled quote closes and opens again, at the same cell.
      if (!quoted && (at == 0 || row[at - 1] == ',')) open = at;
      quoted = !quoted;
    } else if (row[at] == ',' && !quoted) {
      behind = at;
    }
    if (at <= row.size() / 2) end = quoted ? open : at;
  }
  return std::string(row.substr(0, std::min(end, behind)));
}

}  // namespace shoal
