// The fields and shapes of real profile files, in their order.
#include "profile_json.hpp"

#include <nlohmann/json.hpp>

#include "vocabulary.hpp"

namespace shoal {
namespace {

using Json = nlohmann::ordered_json;

std::string image_url(const std::string& file) { return "https://scontent.example/" + file; }

/// Real files hold a string for one image and a list for several.
Json one_or_list(const std::vector<std::string>& values) {
  return values.size() == 1 ? Json(values.front()) : Json(values);
}

Json post_json(const MadePost& post) {
  std::vector<std::string> urls;
  for (const std::string& file : post.files) urls.push_back(image_url(file));
  Json json;
  json["url"] = "https://www.instagram.com/p/" + post.shortcode + "/";
  json["urlImage"] = one_or_list(urls);
  json["isVideo"] = post.kind == MediaKind::video;
  json["multipleImage"] = post.kind == MediaKind::album;
  json["tags"] = post.tags;
  json["mentions"] = post.mentions;
  json["description"] = post.caption;
  json["localization"] = post.place.empty() ? Json(nullptr) : Json(post.place);
  json["date"] = post.day + "T05:00:00.000Z";
  if (post.kind == MediaKind::video) json["urlVideo"] = Json::array({image_url(post.shortcode + ".mp4")});
  json["numberLikes"] = post.likes;
  json["filename"] = one_or_list(post.files);
  return json;
}

}  // namespace

std::string profile_json(const MadeProfile& profile, std::span<const MadePost> posts) {
  Json json;
  json["alias"] = profile.account;
  json["username"] = profile.account;
  json["descriptionProfile"] = Json::array({"Mostly " + group_name(profile.home_group)});
  json["urlProfile"] = "https://www.instagram.com/" + profile.account + "/";
  json["urlImgProfile"] = "";
  json["website"] = nullptr;
  json["numberPosts"] = posts.size();
  json["numberFollowers"] = profile.followers;
  json["numberFollowing"] = profile.following;
  json["private"] = false;
  json["posts"] = Json::array();
  for (const MadePost& post : posts) json["posts"].push_back(post_json(post));
  return json.dump(1) + "\n";
}

}  // namespace shoal
