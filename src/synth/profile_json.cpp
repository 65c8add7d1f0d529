// The fields and shapes of real profile files (docs/inputs.md), in their order.
#include "addresses.hpp"
#include "formats.hpp"
#include "json_writer.hpp"
#include "vocabulary.hpp"

namespace shoal {
namespace {

void write_list(JsonWriter& json, const std::vector<std::string>& values) {
  json.begin_array();
  for (const std::string& value : values) json.text(value);
  json.end_array();
}

/// Real files hold a string for one image and a list for several.
void write_one_or_list(JsonWriter& json, const std::vector<std::string>& values) {
  if (values.size() == 1) {
    json.text(values.front());
  } else {
    write_list(json, values);
  }
}

void write_post(JsonWriter& json, const MadePost& post) {
  std::vector<std::string> urls;
  for (const std::string& file : post.files) urls.push_back(url_of_file(file));
  json.begin_object();
  json.key("url").text(url_of_post(post));
  write_one_or_list(json.key("urlImage"), urls);
  json.key("isVideo").truth(post.kind == MediaKind::video);
  json.key("multipleImage").truth(post.kind == MediaKind::album);
  write_list(json.key("tags"), post.tags);
  write_list(json.key("mentions"), post.mentions);
  json.key("description").text(post.caption, damaged_end_of_caption(post.damage));
  if (post.place.empty()) {
    json.key("localization").null();
  } else {
    json.key("localization").text(post.place);
  }
  json.key("date").text(day_as_in_profiles(post.taken_at));
  if (post.kind == MediaKind::video) write_list(json.key("urlVideo"), {url_of_file(post.shortcode + ".mp4")});
  if (post.damage != Damage::no_likes)
    json.key("numberLikes").raw(damaged_likes(post.likes.count, post.damage));
  write_one_or_list(json.key("filename"), post.files);
  json.end_object();
}

std::string profile_json(const MadeAccount& account, std::span<const MadePost> posts) {
  JsonWriter json(JsonWriter::Layout::indented);
  json.begin_object();
  json.key("alias").text(account.name);
  json.key("username").text(account.full_name);
  write_list(json.key("descriptionProfile"), {"Mostly " + group_name(account.home_group)});
  json.key("urlProfile").text(url_of_account(account));
  json.key("urlImgProfile").text("");
  json.key("website").null();
  json.key("numberPosts").number(account.posts);
  json.key("numberFollowers").number(account.followers);
  json.key("numberFollowing").number(account.following);
  json.key("private").truth(false);
  json.key("posts").begin_array();
  for (const MadePost& post : posts) {
    if (post.damage == Damage::foreign) json.text(foreign_line(post.number));
    const std::size_t begin = json.size();
    write_post(json, post);
    if (post.damage != Damage::cut) continue;
    const std::size_t half = (begin + json.size()) / 2;
    return json.take().substr(0, half);
  }
  json.end_array();
  json.end_object();
  return json.take() + "\n";
}

std::string path_of(const MadeAccount& account, const MadePost&) { return account.name + ".json"; }

std::vector<MadeFile> files_of(const MadeAccount& account, std::span<const MadePost> posts) {
  return {{account.name + ".json", profile_json(account, posts)}};
}

}  // namespace

const AccountFiles kProfileFiles{.folder = "profiles", .files = files_of, .path = path_of};

}  // namespace shoal
