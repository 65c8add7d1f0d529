// Most formats are JSON or tables: one look at a file serves all of them.
#include "shoal/corpus/file_beginning.hpp"

#include "json_outline.hpp"
#include "table_formats.hpp"

namespace shoal {

FileBeginning::FileBeginning(std::string_view text) : text_(text) {}
FileBeginning::~FileBeginning() = default;

const JsonOutline& FileBeginning::json() const {
  if (!json_) json_ = std::make_unique<JsonOutline>(text_);
  return *json_;
}

const TableHeader& FileBeginning::table() const {
  // JSON has commas, too.
  if (!table_)
    table_ = json().root() == '\0' ? std::make_unique<TableHeader>(text_) : std::make_unique<TableHeader>();
  return *table_;
}

}  // namespace shoal
