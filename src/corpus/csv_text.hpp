// Delimited text as spreadsheets and programs write it: rows of fields, some between quotes, read as Python's
// csv module reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// How a file writes its rows.
struct CsvDialect {
  char delimiter = ',';
  bool skips_initial_space = false;  ///< whether spaces before a field are no part of it
  bool is_named = false;             ///< whether lines such as "sep=;" name the delimiter, and are no rows

  friend bool operator==(const CsvDialect&, const CsvDialect&) = default;
};

/// The dialect of a file that begins like this, without a byte order mark. The delimiter is the one of comma,
/// semicolon, tab and bar under which most of the first rows have as many fields as the header, and of
/// several that under which the header has most; a table of one column has commas. Spaces before fields are
/// skipped where one of the first rows has a quote behind such a space. A first line "sep=;", as Excel writes
/// and reads it, names the delimiter.
CsvDialect dialect_of(std::string_view beginning);

/// The delimiter that a text's first line names, as "sep=;" does; '\0' where it names none.
char named_delimiter(std::string_view text);

struct CsvLimits {
  std::size_t row_bytes = std::size_t{64} << 20;  ///< of a row, without its line end
  std::size_t fields = 4096;                      ///< of a row
};

/// What is wrong with a row as a whole.
enum class CsvFault : std::uint8_t { none, too_long, too_many_fields, open_quote };

/// The rows of a text, one after the other. A line end is LF, CRLF or CR, and lines without any byte are no
/// rows. A quote opens a field only as its first byte, "" in such a field is a quote, and text behind the
/// closing quote belongs to the field.
class CsvRows {
 public:
  /// text: outlives the rows, and begins with a row.
  CsvRows(std::string_view text, CsvDialect dialect, CsvLimits limits = {})
      : text_(text), dialect_(dialect), limits_(limits) {}

  /// Whether there is another row, which is then the current one.
  bool next();

  /// Of the current row, valid until the next one; none where it is longer or has more than the limits allow.
  /// Of a row whose quote is open they are what Python's csv gives.
  [[nodiscard]] std::span<const std::string_view> fields() const { return fields_; }
  [[nodiscard]] CsvFault fault() const { return fault_; }
  /// Why the current row is no record, as a sentence; empty where nothing is wrong with it.
  [[nodiscard]] std::string why_unusable() const;
  /// Where the current row begins in the text.
  [[nodiscard]] std::size_t offset() const { return row_; }
  /// Where it ends: at its line end, or at the end of the text.
  [[nodiscard]] std::size_t end() const { return at_; }

 private:
  /// A field of the current row that stands in unquoted_, up to where the next one begins.
  struct Unquoted {
    std::size_t field;
    std::size_t begin;
  };

  bool pass_over_name();
  bool read_field();
  void read_quoted();
  void read_pieces(std::size_t begin, std::size_t closing);
  void append_piece(std::size_t begin, std::size_t end);
  void take(std::string_view field);
  void finish_row();

  std::string_view text_;
  CsvDialect dialect_;
  CsvLimits limits_;
  std::size_t at_ = 0;
  std::size_t row_ = 0;
  CsvFault fault_ = CsvFault::none;
  std::vector<std::string_view> fields_;  ///< most are views into the text
  std::string unquoted_;                  ///< the others, one behind the other
  std::vector<Unquoted> in_unquoted_;
};

}  // namespace shoal
