// Items that a browser collected with Zeeschuimer: a JSON object a line, with the keys of real files in their
// order.
#include <fmt/format.h>

#include "formats.hpp"
#include "json_writer.hpp"
#include "media_item.hpp"

namespace shoal {
namespace {

std::string zeeschuimer_line(const MadeRecord& record) {
  const MadePost& post = *record.post;
  JsonWriter json(JsonWriter::Layout::compact);
  json.begin_object();
  write_collection_fields(json, record);
  json.key("data").begin_object();
  write_item_fields(json, record);
  json.end_object();
  json.key("id").number(post.number + 1);
  json.end_object();
  return json.take() + "\n";
}

}  // namespace

const RecordFiles kZeeschuimerFiles{.folder = "posts", .suffix = ".ndjson", .record = zeeschuimer_line};

}  // namespace shoal
