// A CSV file that `shoal export` wrote, also one whose columns were put into another order.
#include "exported_columns.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

bool recognise(const TableHeader& header) { return header.has(kExportedId); }

void read_row(const TableRow& row, ReadResult& result) {
  // A caption that begins with a bracket is a text all the same.
  const auto value_of = [&](std::string_view column) {
    return is_exported_list(column) ? row.value(column) : row.text(column);
  };
  read_exported_post("the row's", value_of, row.record(), row.file().rules(), result);
}

}  // namespace

const TableFormat kExportedTable{recognise, read_row};

}  // namespace shoal
