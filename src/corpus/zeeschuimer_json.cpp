// Zeeschuimer's items, and 4CAT's, which have the post's fields at the top: JSON lines.
#include <fmt/format.h>

#include <array>

#include "excerpt.hpp"
#include "instagram_items.hpp"
#include "json_formats.hpp"
#include "mapped_post.hpp"

namespace shoal {
namespace {

constexpr std::size_t kOwnKeys = 6;

constexpr auto keys() {
  std::array<std::string_view, kItemKeys.size() + kOwnKeys> keys{
      "data", "source_platform", "timestamp_collected", "__import_meta", "item_id", "source_platform_url"};
  for (std::size_t i = 0; i < kItemKeys.size(); ++i) keys[kOwnKeys + i] = kItemKeys[i];
  return keys;
}
constexpr auto kKeys = keys();

bool recognise(const JsonOutline& outline) {
  const bool item = outline.has("source_platform") && outline.has("data") && outline.has("item_id");
  return item || outline.has("__import_meta");
}

/// What the browser saw of a post before it was opened: neither likes nor a time.
void mark_partial(PostFields& post) {
  for (Count* count : {&post.likes, &post.comments, &post.plays}) {
    if (count->missing == Missing::not_exported) count->missing = Missing::partial;
  }
}

void read_item(const JsonRecord& record, ReadResult& result) {
  const FieldValue& top = record.value;
  const bool flat = top.at("data").kind != FieldValue::Kind::object;
  const FieldValue& about = flat ? top.at("__import_meta") : top;
  const FieldValue& item = flat ? top : top.at("data");
  const std::string& platform = about.at("source_platform").text;
  if (!platform.empty() && platform.find("instagram") == platform.npos) {
    if (!record.file.rules().columns.empty()) return kMappedJson.read(record, result);
    return result.quarantine_record(record.number, fmt::format("the item is of {}, which is not read; {}",
                                                               in_quotes(platform), kMappable));
  }
  if (is_advertisement(item)) return result.filter_record("advertisement");
  FieldReader fields("the item's", record.number, result);
  const std::string& type = item.at("__typename").text;
  const bool graph = type.starts_with("Graph") || type.starts_with("XDTGraph");
  PostFields post = graph ? fields_of_graph_node(item, fields) : fields_of_media_item(item, fields);
  // Milliseconds.
  if (const auto collected = fields.number("timestamp_collected", about.at("timestamp_collected")))
    post.collected_at = *collected / 1000;
  const bool partial =
      type.find("olaris") != type.npos || fields.truth("_zs_partial", item.at("_zs_partial"));
  if (partial) mark_partial(post);
  if (post.shortcode.empty() && post.id.empty()) {
    return result.quarantine_record(record.number, "the item has no post: neither a code nor a number");
  }
  result.posts.push_back(
      {record.number, post_from_fields(std::move(post), record.number, record.file.rules(), result)});
}

}  // namespace

// Items of other platforms are read by what the job maps.
const JsonFormat kZeeschuimer{kKeys, {}, recognise, read_item, keys_of_mapping};

}  // namespace shoal
