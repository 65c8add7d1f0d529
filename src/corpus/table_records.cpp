// A row has as many cells as the header: one that has others is shifted, and none of its cells can be
// trusted.
#include <fmt/format.h>

#include <algorithm>

#include "python_literal.hpp"
#include "shoal/text/unicode.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

bool are_empty(std::span<const std::string_view> cells) {
  return std::ranges::all_of(cells, [](std::string_view cell) { return trimmed(cell).empty(); });
}

/// Whether a row is a blank line, as spreadsheets leave them behind what was once filled in.
bool is_blank(const CsvRows& rows) { return rows.fault() == CsvFault::none && are_empty(rows.fields()); }

/// Whether cells are the header once more, as where files were joined. trimmed() takes off a byte order mark.
bool repeat(std::span<const std::string_view> cells, const TableHeader& header) {
  return std::ranges::equal(header.names(), cells.first(header.columns()), std::ranges::equal_to(), {},
                            [](std::string_view cell) { return trimmed(cell); });
}

std::string row_fault(const CsvRows& rows, const TableHeader& header) {
  if (std::string why = rows.why_unusable(); !why.empty()) return why;
  const auto cells = rows.fields();
  const std::size_t columns = header.columns();
  // Spreadsheets leave empty cells at the ends of rows.
  if (cells.size() < columns || !are_empty(cells.subspan(columns))) {
    return fmt::format("the row has {} cells, and the header {}: which is which cannot be told", cells.size(),
                       columns);
  }
  if (repeat(cells, header)) return "the row is the table's header once more, and no post";
  return {};
}

}  // namespace

TableHeader::TableHeader(std::string_view beginning) : dialect_(dialect_of(beginning)) {
  CsvRows rows(beginning, dialect_);
  if (!rows.next() || rows.fault() != CsvFault::none || rows.fields().size() < 2) return;
  for (const std::string_view name : rows.fields()) {
    if (!is_utf8(name)) return;
  }
  for (const std::string_view name : rows.fields()) {
    places_.emplace(lower_case(trimmed(name)), names_.size());
    names_.emplace_back(trimmed(name));
  }
}

std::optional<std::size_t> TableHeader::place_of(std::string_view column) const {
  const auto place = places_.find(column);
  return place == places_.end() ? std::nullopt : std::optional(place->second);
}

bool TableHeader::has_all(std::span<const std::string_view> columns) const {
  return std::ranges::all_of(columns, [&](std::string_view column) { return has(column); });
}

std::string_view TableRow::cell(std::string_view column) const {
  const auto place = header_.place_of(column);
  return place ? cells_[*place] : std::string_view();
}

FieldValue TableRow::value(std::string_view column) const {
  const std::string_view cell = this->cell(column);
  if (cell.empty()) return {};
  if (!is_utf8(cell)) return FieldValue::unusable("is not UTF-8");
  return cell_value(cell);
}

FieldValue TableRow::text(std::string_view column) const {
  const std::string_view cell = this->cell(column);
  if (cell.empty()) return {};
  return is_utf8(cell) ? FieldValue::of_text(std::string(cell)) : FieldValue::unusable("is not UTF-8");
}

std::vector<std::string> TableRow::list(std::string_view column, char separator) const {
  std::vector<std::string> texts;
  std::string_view rest = cell(column);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(separator), rest.size());
    if (const std::string_view text = trimmed(rest.substr(0, end)); !text.empty()) texts.emplace_back(text);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return texts;
}

namespace {

/// Whether the first row below the header has its cells: else a caption whose first line has a comma would be
/// a table.
bool has_rows(const LineRange& range, const TableHeader& header) {
  CsvRows rows(range.beginning, header.dialect());
  return rows.next() && rows.next() && rows.fields().size() == header.columns();
}

}  // namespace

ReadResult read_table(const TableFormat& format, const LineRange& range) {
  ReadResult result;
  const TableHeader header(range.beginning);
  if (format.fault != nullptr) {
    if (std::string fault = format.fault(header, range.file.rules()); !fault.empty()) {
      result.unrecognised = range.file.rules().columns.empty() && !has_rows(range, header);
      // Once for the file, whichever part of it this is.
      if (range.first) result.quarantine_record(-1, std::move(fault));
      return result;
    }
  }
  CsvRows cells(range.lines, header.dialect());
  if (range.first) cells.next();
  while (cells.next()) {
    if (is_blank(cells)) continue;
    const std::int64_t record = result.next_record();
    if (std::string fault = row_fault(cells, header); !fault.empty()) {
      result.quarantine_record(record, std::move(fault));
    } else {
      format.read({header, cells.fields(), record, range.file}, result);
    }
  }
  return result;
}

}  // namespace shoal
