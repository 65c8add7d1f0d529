// A folder for each account, as Instaloader 4.10 leaves it: for each post its JSON, compressed, its caption,
// and its photo, all named by its time.
#include <fmt/format.h>

#include <algorithm>

#include "addresses.hpp"
#include "formats.hpp"
#include "json_writer.hpp"
#include "places.hpp"
#include "xz.hpp"

namespace shoal {
namespace {

std::string stem_of(const MadeAccount& account, const MadePost& post) {
  std::string time = day_and_clock(post.posted_at);
  std::ranges::replace(time, ' ', '_');
  std::ranges::replace(time, ':', '-');
  return fmt::format("{}/{}_UTC", account.name, time);
}

std::string json_path(const MadeAccount& account, const MadePost& post) {
  return stem_of(account, post) + ".json.xz";
}

std::string photo_path(const MadeAccount& account, const MadePost& post) {
  return stem_of(account, post) + (post.kind == MediaKind::album ? "_1.jpg" : ".jpg");
}

std::string_view type_name(MediaKind kind) {
  switch (kind) {
    case MediaKind::video:
      return "GraphVideo";
    case MediaKind::album:
      return "GraphSidecar";
    default:
      return "GraphImage";
  }
}

void write_caption(JsonWriter& json, const MadePost& post) {
  json.key("edge_media_to_caption").begin_object().key("edges").begin_array();
  const std::string_view end = damaged_end_of_caption(post.damage);
  if (!post.caption.empty() || !end.empty()) {
    json.begin_object().key("node").begin_object();
    json.key("text").text(post.caption, end).end_object().end_object();
  }
  json.end_array().end_object();
}

void write_likes(JsonWriter& json, const MadePost& post) {
  json.key("edge_media_preview_like").begin_object();
  if (post.damage != Damage::no_likes)
    json.key("count").raw(damaged_likes(post.likes_hidden ? -1 : post.likes.count, post.damage));
  json.end_object();
}

void write_tagged_users(JsonWriter& json, const MadePost& post) {
  json.key("edge_media_to_tagged_user").begin_object().key("edges").begin_array();
  for (const std::string& mention : post.mentions) {
    json.begin_object().key("node").begin_object().key("user").begin_object();
    json.key("username").text(mention.substr(1)).end_object().end_object().end_object();
  }
  json.end_array().end_object();
}

void write_location(JsonWriter& json, const MadePost& post) {
  json.key("location");
  if (post.place.empty()) {
    json.null();
    return;
  }
  const MadePlace place = place_of(post.place);
  json.begin_object().key("id").text(fmt::to_string(place.id)).key("has_public_page").truth(true);
  json.key("name")
      .text(post.place)
      .key("lat")
      .raw(place.latitude)
      .key("lng")
      .raw(place.longitude)
      .end_object();
}

void write_slides(JsonWriter& json, const MadePost& post) {
  if (post.kind != MediaKind::album) return;
  json.key("edge_sidecar_to_children").begin_object().key("edges").begin_array();
  for (const std::string& file : post.files) {
    json.begin_object().key("node").begin_object().key("__typename").text("GraphImage");
    json.key("display_url").text(url_seen_by_browsers(file)).key("is_video").truth(false);
    json.end_object().end_object();
  }
  json.end_array().end_object();
}

std::string json_of(const MadeAccount& account, const MadePost& post) {
  JsonWriter json(JsonWriter::Layout::compact, JsonWriter::Letters::escaped);
  json.begin_object().key("node").begin_object();
  json.key("__typename").text(type_name(post.kind)).key("id").text(fmt::to_string(post.id));
  json.key("shortcode").text(post.shortcode);
  json.key("display_url").text(url_seen_by_browsers(post.files.front()));
  json.key("is_video").truth(post.kind == MediaKind::video);
  write_caption(json, post);
  json.key("edge_media_to_comment").begin_object().key("count").number(post.comments).end_object();
  json.key("taken_at_timestamp").number(post.taken_at);
  write_likes(json, post);
  write_tagged_users(json, post);
  write_location(json, post);
  write_slides(json, post);
  json.key("owner").begin_object().key("id").text(fmt::to_string(account.id));
  json.key("username").text(account.name).key("full_name").text(account.full_name).end_object().end_object();
  json.key("instaloader").begin_object().key("version").text("4.10").key("node_type").text("Post");
  json.end_object().end_object();
  return json.take();
}

std::vector<MadeFile> files_of(const MadeAccount& account, std::span<const MadePost> posts) {
  std::vector<MadeFile> files;
  for (const MadePost& post : posts) {
    std::string json = xz_compressed(json_of(account, post));
    if (post.damage == Damage::cut) json = first_half(json);
    files.push_back({json_path(account, post), std::move(json)});
    if (!post.caption.empty()) files.push_back({stem_of(account, post) + ".txt", post.caption + "\n"});
  }
  return files;
}

}  // namespace

// A file holds one record, and a later download overwrites it.
const AccountFiles kInstaloaderFiles{.folder = "posts",
                                     .files = files_of,
                                     .path = json_path,
                                     .damage = DamageSet::all().without({Damage::repeated, Damage::foreign}),
                                     .has_file_for_each_post = true,
                                     .photo = photo_path};

}  // namespace shoal
