// Instagram's "download your information" of each account, in a folder of its name: posts_1.json, in which
// letters are escapes of their bytes, and the photos that it names.
#include <fmt/format.h>

#include <algorithm>

#include "addresses.hpp"
#include "formats.hpp"
#include "json_writer.hpp"

namespace shoal {
namespace {

std::string posts_path(const MadeAccount& account, const MadePost&) {
  return account.name + "/your_instagram_activity/content/posts_1.json";
}

/// Below the folder of the export, in which a month has a folder.
std::string uri_of(const MadePost& post, const std::string& file) {
  std::string month = day_text(post.posted_at).substr(0, 7);
  std::erase(month, '-');
  return fmt::format("media/posts/{}/{}", month, file);
}

std::string photo_path(const MadeAccount& account, const MadePost& post) {
  return account.name + "/" + uri_of(post, post.files.front());
}

void write_title(JsonWriter& json, const MadePost& post) {
  json.key("title").text(post.caption, damaged_end_of_caption(post.damage));
}

/// has_title: of the post, where it has no other place.
void write_medium(JsonWriter& json, const MadePost& post, const std::string& file, bool has_title) {
  const bool video = post.kind == MediaKind::video;
  json.begin_object().key("uri").text(uri_of(post, video ? post.shortcode + ".mp4" : file));
  json.key("creation_timestamp").number(post.taken_at);
  json.key("media_metadata").begin_object().key(video ? "video_metadata" : "photo_metadata").begin_object();
  json.key("exif_data").begin_array().end_array().end_object().end_object();
  if (has_title) {
    write_title(json, post);
  } else {
    json.key("title").text("");
  }
  json.end_object();
}

/// An album has its own title and time; of one photo or video they are the post's.
void write_entry(JsonWriter& json, const MadePost& post) {
  const bool album = post.kind == MediaKind::album;
  json.begin_object().key("media").begin_array();
  for (const std::string& file : post.files) write_medium(json, post, file, !album);
  json.end_array();
  if (album) {
    write_title(json, post);
    json.key("creation_timestamp").number(post.taken_at);
  }
  json.end_object();
}

std::string posts_json(std::span<const MadePost> posts) {
  JsonWriter json(JsonWriter::Layout::indented, JsonWriter::Letters::bytes_escaped);
  json.begin_array();
  for (const MadePost& post : posts) {
    if (post.damage == Damage::foreign) json.text(foreign_line(post.number));
    const std::size_t begin = json.size();
    write_entry(json, post);
    if (post.damage != Damage::cut) continue;
    const std::size_t half = (begin + json.size()) / 2;
    return json.take().substr(0, half);
  }
  json.end_array();
  return json.take() + "\n";
}

std::vector<MadeFile> files_of(const MadeAccount& account, std::span<const MadePost> posts) {
  return {{posts_path(account, posts.front()), posts_json(posts)}};
}

}  // namespace

// There are no likes, and nothing by which a post is known again. Half a character would spoil the bytes of
// all others.
const AccountFiles kMetaExportFiles{.folder = "posts",
                                    .files = files_of,
                                    .path = posts_path,
                                    .damage = {Damage::invalid_utf8, Damage::nul_byte, Damage::year_zero,
                                               Damage::future, Damage::foreign, Damage::cut},
                                    .photo = photo_path};

}  // namespace shoal
