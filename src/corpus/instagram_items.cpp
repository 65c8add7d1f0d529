// Field names as 4CAT and Instaloader read them (docs/inputs.md).
#include "instagram_items.hpp"

namespace shoal {
namespace {

using Kind = FieldValue::Kind;

bool is_there(const FieldValue& value) { return value.kind != Kind::nothing; }

/// The first of two fields that is there.
const FieldValue& either(const FieldValue& object, std::string_view key, std::string_view other) {
  const FieldValue& first = object.at(key);
  return is_there(first) ? first : object.at(other);
}

/// Counts that the platform was told to hide are placeholders, whatever number stands there.
Count likes_of(const FieldValue& item, Count told, FieldReader& fields) {
  constexpr std::string_view kHides = "like_and_view_counts_disabled";
  const bool hidden = fields.truth(kHides, item.at(kHides));
  return hidden ? Count{0, Missing::hidden} : told;
}

AuthorFields author_of(const FieldValue& user, FieldReader& fields) {
  AuthorFields author;
  author.handle = fields.word("username", user.at("username"));
  author.id = fields.word("id", either(user, "pk", "id"));
  author.display_name = fields.word("full_name", user.at("full_name"));
  return author;
}

Place place_of(const FieldValue& location, FieldReader& fields) {
  Place place;
  place.name = fields.word("name", location.at("name"));
  place.latitude = fields.real("lat", location.at("lat"));
  place.longitude = fields.real("lng", location.at("lng"));
  return place;
}

void add_names(const FieldValue& users, FieldReader& fields, std::vector<std::string>& names) {
  for (const FieldValue& entry : users.elements) {
    const FieldValue& user = is_there(entry.at("user")) ? entry.at("user") : entry;
    if (std::string name = fields.word("username", user.at("username")); !name.empty())
      names.push_back(std::move(name));
  }
}

std::string first_address(const FieldValue& item, FieldReader& fields) {
  return fields.word("url", item.at("image_versions2").at("candidates").at(std::size_t{0}).at("url"));
}

/// The images of a post by the addresses of its slides.
void add_slides(const FieldValue& post, const FieldValue& slides, auto address_of, FieldReader& fields,
                PostFields& result) {
  for (const FieldValue& slide : slides.elements)
    result.images.push_back(file_name_in_address(address_of(slide, fields)));
  result.image_url = address_of(slides.elements.empty() ? post : slides.elements.front(), fields);
  if (result.images.empty() && !result.image_url.empty())
    result.images.push_back(file_name_in_address(result.image_url));
}

std::string display_url(const FieldValue& node, FieldReader& fields) {
  return fields.word("display_url", node.at("display_url"));
}

/// The nodes below the edges of a field of the graph.
FieldValue nodes_of(const FieldValue& field) {
  FieldValue nodes{Kind::list};
  for (const FieldValue& edge : field.at("edges").elements) nodes.elements.push_back(edge.at("node"));
  return nodes;
}

std::string caption_of_node(const FieldValue& node, FieldReader& fields) {
  const FieldValue& edges = node.at("edge_media_to_caption").at("edges");
  if (is_there(edges)) return fields.text("text", edges.at(std::size_t{0}).at("node").at("text"));
  return fields.text("caption", node.at("caption"));
}

Count comments_of_node(const FieldValue& node, FieldReader& fields) {
  for (const char* edge : {"edge_media_to_parent_comment", "edge_media_to_comment"}) {
    if (is_there(node.at(edge).at("count"))) return fields.count("count", node.at(edge).at("count"));
  }
  return fields.count("comments", node.at("comments"));
}

Count plays_of_node(const FieldValue& node, FieldReader& fields) {
  for (const char* key : {"video_play_count", "video_view_count"}) {
    if (is_there(node.at(key))) return fields.count(key, node.at(key));
  }
  return fields.count("play_count", node.at("iphone_struct").at("play_count"));
}

}  // namespace

PostFields fields_of_media_item(const FieldValue& item, FieldReader& fields) {
  PostFields post;
  post.has_tag_list = false;
  post.shortcode = fields.word("code", item.at("code"));
  post.id = fields.word("pk", either(item, "pk", "id"));
  post.caption = fields.text("text", item.at("caption").at("text"));
  post.time.seconds = fields.number("taken_at", item.at("taken_at"));
  post.likes = likes_of(item, fields.count("like_count", item.at("like_count")), fields);
  post.comments = fields.count("comment_count", item.at("comment_count"));
  post.plays = fields.count("play_count", either(item, "play_count", "view_count"));
  post.author = author_of(is_there(item.at("user")) ? item.at("user") : item.at("owner"), fields);
  post.place = place_of(item.at("location"), fields);
  add_names(item.at("usertags").at("in"), fields, post.mentions);
  add_names(item.at("coauthor_producers"), fields, post.mentions);
  const auto kind = fields.number("media_type", item.at("media_type"));
  post.video = kind == 2;
  post.album = kind == 8;
  add_slides(item, item.at("carousel_media"), first_address, fields, post);
  return post;
}

PostFields fields_of_graph_node(const FieldValue& node, FieldReader& fields) {
  const FieldValue& phone = node.at("iphone_struct");
  PostFields post;
  post.has_tag_list = false;
  post.shortcode = fields.word("shortcode", either(node, "shortcode", "code"));
  post.id = fields.word("id", node.at("id"));
  post.caption = caption_of_node(node, fields);
  post.time.seconds = fields.number("taken_at_timestamp", either(node, "taken_at_timestamp", "date"));
  const Count likes = fields.count("count", node.at("edge_media_preview_like").at("count"));
  post.likes = likes_of(phone, likes_of(node, likes, fields), fields);
  post.comments = comments_of_node(node, fields);
  post.plays = plays_of_node(node, fields);
  post.author = author_of(node.at("owner"), fields);
  post.place = place_of(is_there(node.at("location")) ? node.at("location") : phone.at("location"), fields);
  add_names(nodes_of(node.at("edge_media_to_tagged_user")), fields, post.mentions);
  const FieldValue slides = nodes_of(node.at("edge_sidecar_to_children"));
  const std::string& kind = node.at("__typename").text;
  post.video = fields.truth("is_video", node.at("is_video"));
  post.album = kind == "GraphSidecar" || kind == "XDTGraphSidecar" || slides.elements.size() > 1;
  add_slides(node, slides, display_url, fields, post);
  return post;
}

bool is_advertisement(const FieldValue& item) { return item.at("product_type").text == "ad"; }

}  // namespace shoal
