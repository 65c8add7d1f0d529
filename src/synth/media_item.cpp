// The keys of real items, in their order.
#include "media_item.hpp"

#include <fmt/format.h>

#include "addresses.hpp"
#include "places.hpp"

namespace shoal {
namespace {

std::string item_id(const MadeRecord& record) {
  return fmt::format("{}_{}", record.post->id, record.account->id);
}

void write_images(JsonWriter& json, const std::string& file) {
  json.key("image_versions2").begin_object().key("candidates").begin_array();
  json.begin_object()
      .key("url")
      .text(url_seen_by_browsers(file))
      .key("height")
      .number(1080)
      .key("width")
      .number(1080);
  json.end_object().end_array().end_object();
}

int media_type(MediaKind kind) {
  switch (kind) {
    case MediaKind::video:
      return 2;
    case MediaKind::album:
      return 8;
    default:
      return 1;
  }
}

std::string_view product_type(MediaKind kind) {
  switch (kind) {
    case MediaKind::video:
      return "clips";
    case MediaKind::album:
      return "carousel_container";
    default:
      return "feed";
  }
}

void write_user(JsonWriter& json, std::uint64_t id, const std::string& name, const std::string& full_name,
                bool verified) {
  json.begin_object();
  json.key("id").text(fmt::to_string(id)).key("pk").text(fmt::to_string(id));
  json.key("username").text(name).key("full_name").text(full_name);
  json.key("is_verified").truth(verified).key("is_private").truth(false);
  json.end_object();
}

void write_caption(JsonWriter& json, const MadePost& post) {
  json.key("caption");
  const std::string_view end = damaged_end_of_caption(post.damage);
  if (post.caption.empty() && end.empty()) {
    json.null();
    return;
  }
  json.begin_object().key("pk").text(fmt::to_string(post.id + 1));
  json.key("text").text(post.caption, end).key("has_translation").null().end_object();
}

void write_counts(JsonWriter& json, const MadePost& post) {
  const std::int64_t likes = post.likes_hidden ? kLikesPlaceholder : post.likes.count;
  if (post.damage != Damage::no_likes) json.key("like_count").raw(damaged_likes(likes, post.damage));
  json.key("comment_count").number(post.comments);
  json.key("like_and_view_counts_disabled").truth(post.likes_hidden);
  json.key("view_count").null();
}

/// Slides have no code and no likes of their own, and were made some seconds before the post.
void write_slides(JsonWriter& json, const MadePost& post) {
  json.key("carousel_media");
  if (post.kind != MediaKind::album) {
    json.null();
    return;
  }
  json.begin_array();
  std::uint64_t slide = 1;
  for (const std::string& file : post.files) {
    json.begin_object();
    json.key("pk").text(fmt::to_string(post.id + slide)).key("code").null();
    json.key("taken_at").number(post.taken_at - static_cast<std::int64_t>(slide % 4));
    json.key("media_type").number(1).key("like_count").null();
    write_images(json, file);
    json.key("video_versions").null().key("carousel_parent_id").text(fmt::to_string(post.id));
    json.end_object();
    ++slide;
  }
  json.end_array();
}

void write_video(JsonWriter& json, const MadePost& post) {
  json.key("video_versions");
  if (post.kind != MediaKind::video) {
    json.null();
    return;
  }
  json.begin_array().begin_object().key("type").number(101);
  json.key("url").text("https://scontent.example/o1/v/" + post.shortcode + ".mp4?_nc_cat=1");
  json.end_object().end_array();
}

void write_usertags(JsonWriter& json, const MadePost& post) {
  json.key("usertags");
  if (post.mentions.empty()) {
    json.null();
    return;
  }
  json.begin_object().key("in").begin_array();
  for (const std::string& mention : post.mentions) {
    json.begin_object().key("user").begin_object().key("username").text(mention.substr(1)).end_object();
    json.key("position").begin_array().raw("0.5").raw("0.25").end_array().end_object();
  }
  json.end_array().end_object();
}

void write_coauthors(JsonWriter& json, const MadeRecord& record) {
  json.key("coauthor_producers").begin_array();
  if (const auto& first = record.post->coauthor) {
    const std::string name = record.accounts->name(*first);
    write_user(json, record.accounts->id(*first), name, name, false);
  }
  json.end_array();
}

void write_location(JsonWriter& json, const std::string& name) {
  json.key("location");
  if (name.empty()) {
    json.null();
    return;
  }
  const MadePlace place = place_of(name);
  json.begin_object().key("pk").text(fmt::to_string(place.id));
  json.key("name").text(name).key("lat").raw(place.latitude);
  json.key("lng").raw(place.longitude).end_object();
}

}  // namespace

void write_collection_fields(JsonWriter& json, const MadeRecord& record) {
  const MadePost& post = *record.post;
  json.key("nav_index").text(fmt::format("1:{}:{}", post.number / 1000, post.number % 1000));
  json.key("item_id").text(item_id(record)).key("timestamp_collected").number(post.collected_at);
  json.key("source_platform").text("instagram.com");
  json.key("source_platform_url").text(url_of_account(*record.account));
  json.key("source_url").text("https://www.instagram.com/graphql/query");
  json.key("user_agent").text("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
}

void write_item_fields(JsonWriter& json, const MadeRecord& record) {
  const MadePost& post = *record.post;
  const MadeAccount& account = *record.account;
  json.key("pk")
      .text(fmt::to_string(post.id))
      .key("id")
      .text(item_id(record))
      .key("code")
      .text(post.shortcode);
  json.key("taken_at").number(post.taken_at);
  json.key("media_type").number(media_type(post.kind)).key("product_type").text(product_type(post.kind));
  write_caption(json, post);
  write_counts(json, post);
  write_images(json, post.files.front());
  write_slides(json, post);
  write_video(json, post);
  write_usertags(json, post);
  write_coauthors(json, record);
  write_location(json, post.place);
  write_user(json.key("user"), account.id, account.name, account.full_name, account.verified);
  json.key("owner").begin_object().key("id").text(fmt::to_string(account.id)).end_object();
}

}  // namespace shoal
