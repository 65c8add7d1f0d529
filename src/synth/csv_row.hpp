// Rows of CSV as RFC 4180 has them, and as Python's csv module writes them.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

class CsvRow {
 public:
  /// A text, between quotes where it needs them.
  CsvRow& cell(std::string_view text);
  /// A cell as it is to stand there.
  CsvRow& raw(std::string_view cell);
  /// The row with its line end.
  [[nodiscard]] std::string take();

 private:
  std::string row_;  ///< each cell with a comma behind it
};

/// What is left of a row that breaks off: it has fewer cells than others, and no quote that is not closed,
/// which would make the rows behind it a part of it. Without a line end.
std::string cut_row(std::string_view row);

}  // namespace shoal
