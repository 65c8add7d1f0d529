// 4CAT's NDJSON: an item's fields at the top, and how it was collected behind them.
#include "formats.hpp"
#include "json_writer.hpp"
#include "media_item.hpp"

namespace shoal {
namespace {

std::string four_cat_line(const MadeRecord& record) {
  JsonWriter json(JsonWriter::Layout::compact);
  json.begin_object();
  write_item_fields(json, record);
  json.key("__import_meta").begin_object();
  write_collection_fields(json, record);
  json.end_object();
  json.end_object();
  return json.take() + "\n";
}

}  // namespace

const RecordFiles kFourCatJsonFiles{.folder = "posts", .suffix = ".ndjson", .record = four_cat_line};

}  // namespace shoal
