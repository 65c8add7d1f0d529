// Instaloader's JSON: a post a file, beside its photos, which have the file's name.
#include <fmt/format.h>

#include <array>
#include <string>

#include "instagram_items.hpp"
#include "json_formats.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

constexpr std::size_t kOwnKeys = 2;

constexpr auto keys() {
  std::array<std::string_view, kItemKeys.size() + kOwnKeys> keys{"instaloader", "node_type"};
  for (std::size_t i = 0; i < kItemKeys.size(); ++i) keys[kOwnKeys + i] = kItemKeys[i];
  return keys;
}
constexpr auto kKeys = keys();

/// Before version 4 the post stood at the top.
bool is_bare(const JsonOutline& outline) {
  return outline.has("shortcode") && (outline.has("edge_media_preview_like") || outline.has("display_url") ||
                                      outline.has("edge_media_to_caption"));
}

/// The state of an unfinished download says what it is behind its posts, which may take more than is shown.
bool is_state(const JsonOutline& outline) {
  return outline.has("node") && (outline.has(2, "query_hash") || outline.has(2, "remaining_data"));
}

bool recognise(const JsonOutline& outline) {
  return outline.has("instaloader") || is_state(outline) || (outline.has("node") && outline.has(2, "id")) ||
         is_bare(outline);
}

/// The file's path without its suffixes: what its photos' names begin with.
std::string stem_of(std::string_view relative) {
  relative = without_compression(relative);
  constexpr std::string_view kJson = ".json";
  if (has_suffix(relative, kJson)) relative.remove_suffix(kJson.size());
  return std::string(relative);
}

/// A post of several slides has a photo for each, numbered from 1; of a video its cover lies beside it.
std::vector<std::string> names_of_photos(std::string_view relative, const PostFields& post) {
  const std::string stem = stem_of(relative);
  if (stem.empty()) return {};
  if (!post.album) return {stem + ".jpg"};
  std::vector<std::string> names;
  for (std::size_t slide = 1; slide <= std::max<std::size_t>(post.images.size(), 1); ++slide)
    names.push_back(fmt::format("{}_{}.jpg", stem, slide));
  return names;
}

void read_post(const JsonRecord& record, ReadResult& result) {
  const FieldValue& top = record.value;
  const std::string& kind = top.at("instaloader").at("node_type").text;
  // Profiles, hashtags and states of unfinished downloads lie beside the posts.
  if (!kind.empty() && kind != "Post" && kind != "StoryItem") return;
  const FieldValue& node = top.at("node").kind == FieldValue::Kind::object ? top.at("node") : top;
  FieldReader fields("the post's", record.number, result);
  PostFields post = fields_of_graph_node(node, fields);
  if (post.shortcode.empty() && post.id.empty()) {
    if (kind.empty()) return;
    return result.quarantine_record(record.number, "the file has no post: neither a shortcode nor an id");
  }
  post.images = names_of_photos(record.file.relative, post);
  result.posts.push_back(
      {record.number, post_from_fields(std::move(post), record.number, record.file.rules(), result)});
}

/// `stem_comments.json`: what others wrote below a post.
bool is_list_of_comments(const JsonOutline& outline) {
  return outline.root() == '[' && outline.has(2, "created_at") && outline.has(2, "text") &&
         outline.has(2, "answers") && outline.has(2, "owner");
}

void pass_over(const JsonRecord&, ReadResult&) {}

}  // namespace

const JsonFormat kInstaloaderComments{{}, {}, is_list_of_comments, pass_over};
const JsonFormat kInstaloader{kKeys, {}, recognise, read_post};

}  // namespace shoal
