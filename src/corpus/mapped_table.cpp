// A table that the job maps.
#include <fmt/format.h>

#include <algorithm>

#include "mapped_post.hpp"
#include "shoal/text/unicode.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

/// Any table: it stands behind all that are known by their columns.
bool recognise(const TableHeader& header) { return header.columns() > 1; }

/// Whether a row has anything in the columns that the job names.
bool has_any_field(const TableRow& row) {
  return std::ranges::any_of(row.file().rules().columns, [&](const auto& entry) {
    return !trimmed(row.cell(lower_case(trimmed(entry.second)))).empty();
  });
}

void read_row(const TableRow& row, ReadResult& result) {
  if (!has_any_field(row)) {
    return result.quarantine_record(row.record(),
                                    "the row has none of the fields that [corpus.columns] names");
  }
  FieldReader fields("the row's", row.record(), result);
  PostFields post = fields_by_mapping(
      row.file().rules(), [&](std::string_view column) { return row.value(lower_case(trimmed(column))); },
      fields);
  result.posts.push_back(
      {row.record(), post_from_fields(std::move(post), row.record(), row.file().rules(), result)});
}

/// Why a table is none that the mapping is of; empty where it is.
std::string fault_of(const TableHeader& header, const ReadRules& rules) {
  if (rules.columns.empty()) return std::string(kNoMapping);
  for (const auto& [field, column] : rules.columns) {
    if (!header.has(lower_case(trimmed(column)))) {
      return fmt::format("the table has no column '{}', which [corpus.columns] names as {}", column, field);
    }
  }
  return {};
}

}  // namespace

const TableFormat kMappedTable{recognise, read_row, fault_of};

}  // namespace shoal
