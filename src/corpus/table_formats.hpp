// Formats whose records are rows of a table below a header: what is common to them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "csv_records.hpp"
#include "csv_text.hpp"
#include "field_value.hpp"
#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// The names of a table's columns, in lower case and without white space around them.
class TableHeader {
 public:
  TableHeader() = default;
  /// Of a table that begins like this, without a byte order mark. Without columns where that is no table:
  /// where the first row does not end, is not UTF-8, or has one column.
  explicit TableHeader(std::string_view beginning);

  [[nodiscard]] const CsvDialect& dialect() const { return dialect_; }
  [[nodiscard]] std::size_t columns() const { return names_.size(); }
  /// As they stand there.
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool has(std::string_view column) const { return place_of(column).has_value(); }
  [[nodiscard]] bool has_all(std::span<const std::string_view> columns) const;
  /// The first column of that name.
  [[nodiscard]] std::optional<std::size_t> place_of(std::string_view column) const;

 private:
  CsvDialect dialect_;
  std::vector<std::string> names_;
  std::map<std::string, std::size_t, std::less<>> places_;
};

/// A row as its format's reader sees it.
class TableRow {
 public:
  TableRow(const TableHeader& header, std::span<const std::string_view> cells, std::int64_t record,
           const InputFile& file)
      : header_(header), cells_(cells), record_(record), file_(file) {}

  /// A cell as it stands there; empty where the table has no such column.
  [[nodiscard]] std::string_view cell(std::string_view column) const;
  /// The cell as a value: a text, or a list where the cell has one in brackets.
  [[nodiscard]] FieldValue value(std::string_view column) const;
  /// The cell as a text, whatever it begins with.
  [[nodiscard]] FieldValue text(std::string_view column) const;
  /// The texts of a cell that holds several, between separators; without empty ones.
  [[nodiscard]] std::vector<std::string> list(std::string_view column, char separator) const;

  [[nodiscard]] std::int64_t record() const { return record_; }
  [[nodiscard]] const InputFile& file() const { return file_; }

 private:
  const TableHeader& header_;
  std::span<const std::string_view> cells_;
  std::int64_t record_;
  const InputFile& file_;
};

struct TableFormat {
  bool (*recognise)(const TableHeader& header);
  /// Adds a post, or quarantines the record.
  void (*read)(const TableRow& row, ReadResult& result);
  /// Why no row of a table can be read, as a sentence; empty where they can. Null: they always can.
  std::string (*fault)(const TableHeader& header, const ReadRules& rules) = nullptr;
};

// Each in a file of its name.
extern const TableFormat kLikesTable;
extern const TableFormat kFourCatTable;
extern const TableFormat kCrowdTangleTable;
extern const TableFormat kImageTable;
extern const TableFormat kExportedTable;
extern const TableFormat kMappedTable;

/// Of a range of rows, the header among them where it is the first.
ReadResult read_table(const TableFormat& format, const LineRange& range);

/// The row of a format, for the table of formats.
template <const TableFormat& format>
constexpr LineRanges table_file(ReadResult (*read)(const LineRange& range) = [](const LineRange& range) {
  return read_table(format, range);
}) {
  return {[](const FileBeginning& beginning) {
            return beginning.table().columns() > 0 && format.recognise(beginning.table());
          },
          read, &kCsvRecords};
}

}  // namespace shoal
