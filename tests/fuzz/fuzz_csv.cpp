// Reads any bytes as delimited text: in parts it has the rows that it has as a whole, and no field holds more
// than the text does. The first byte is the dialect, the second where the text is cut.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "corpus/csv_text.hpp"
#include "support/csv_cuts.hpp"

namespace {

/// Ends the program where something does not hold.
void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
  const shoal::CsvDialect dialect{",;\t|"[data[0] % 4], data[0] / 4 % 2 == 1};
  const shoal::testing::Table whole = shoal::testing::rows_of(text, dialect);
  std::size_t bytes = 0;
  for (const auto& row : whole) {
    require(!row.empty());
    for (const std::string& field : row) bytes += field.size();
  }
  require(bytes <= text.size());
  const std::size_t cut = data[1] * text.size() / 256;
  require(shoal::testing::rows_of_parts(text, dialect, {cut / 2, cut}) == whole);
  shoal::CsvRows small(text, shoal::dialect_of(text), {16, 3});
  while (small.next()) require(small.fields().size() <= 3 && small.offset() < small.end());
  return 0;
}
