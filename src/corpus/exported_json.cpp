// JSON lines that `shoal export` wrote, and lists that others made of them.
#include "exported_columns.hpp"
#include "json_formats.hpp"

namespace shoal {
namespace {

bool recognise(const JsonOutline& outline) { return outline.has(kExportedId); }

void read_record(const JsonRecord& record, ReadResult& result) {
  const auto value_of = [&](std::string_view key) { return record.value.at(key); };
  read_exported_post("the record's", value_of, record.number, record.file.rules(), result);
}

std::vector<std::string_view> keys(const ReadRules&) {
  return {exported_columns().begin(), exported_columns().end()};
}

}  // namespace

const JsonFormat kExportedJson{{}, {}, recognise, read_record, keys};

}  // namespace shoal
