// Which dialect a file has is told by its first rows: under any other delimiter they are ragged, or one field
// each.
#include <algorithm>
#include <compare>
#include <functional>

#include "csv_bytes.hpp"
#include "csv_text.hpp"

namespace shoal {
namespace {

constexpr std::size_t kSampledRows = 64;
constexpr std::string_view kDelimiters = ",;\t|";

/// What the first rows are under a delimiter; a greater one fits better.
struct Fit {
  bool is_table = false;     ///< of several columns
  bool mostly_even = false;  ///< whether most rows below the header have as many fields as it
  std::size_t columns = 0;   ///< of the header
  std::size_t even_rows = 0;

  friend auto operator<=>(const Fit&, const Fit&) = default;
};

/// The first row is the header. The last one of a text that breaks off may be incomplete, and is left out.
Fit fit_of(std::string_view beginning, CsvDialect dialect) {
  Fit fit;
  std::size_t rows = 0;
  CsvRows table(beginning, dialect);
  while (rows <= kSampledRows && table.next()) {
    const std::size_t fields = table.fields().size();
    if (fit.columns == 0) {
      fit.columns = fields;
    } else if (table.end() < beginning.size()) {
      ++rows;
      fit.even_rows += fields == fit.columns ? 1 : 0;
    }
  }
  fit.is_table = fit.columns > 1;
  fit.mostly_even = 2 * fit.even_rows >= rows;
  return fit;
}

/// Whether a row has a field that no quotes enclose, but which is written as spaces and a quote.
bool pads_quotes(std::string_view beginning, char delimiter) {
  CsvRows table(beginning, {delimiter});
  for (std::size_t rows = 0; rows <= kSampledRows && table.next(); ++rows) {
    const bool padded = std::ranges::any_of(table.fields(), [&](std::string_view field) {
      // Of quoted fields those that hold a quote are copies.
      const bool is_copy = std::less<>()(field.data(), beginning.data()) ||
                           std::less<>()(beginning.data() + beginning.size(), field.data());
      const std::size_t quote = behind_spaces(field, 0);
      return !is_copy && quote < field.size() && field[quote] == '"';
    });
    if (padded) return true;
  }
  return false;
}

}  // namespace

char named_delimiter(std::string_view text) {
  constexpr std::string_view kName = "sep=";
  const std::size_t end = kName.size() + 1;
  if (!text.starts_with(kName) || text.size() < end || (text.size() > end && !is_line_end(text[end])))
    return '\0';
  return kDelimiters.find(text[kName.size()]) == kDelimiters.npos ? '\0' : text[kName.size()];
}

CsvDialect dialect_of(std::string_view beginning) {
  if (const char named = named_delimiter(beginning); named != '\0')
    return {named, pads_quotes(beginning, named), true};
  CsvDialect best;
  Fit best_fit;
  for (const char delimiter : kDelimiters) {
    const CsvDialect dialect{delimiter, pads_quotes(beginning, delimiter)};
    const Fit fit = fit_of(beginning, dialect);
    if (delimiter != ',' && (!fit.is_table || fit <= best_fit)) continue;
    best = dialect;
    best_fit = fit;
  }
  return best;
}

}  // namespace shoal
