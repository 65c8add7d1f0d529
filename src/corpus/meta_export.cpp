// Instagram's "download your information" as JSON: the posts, reels and stories of an account, as it gets
// them itself.
#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "json_formats.hpp"
#include "mojibake.hpp"
#include "post_fields.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {
namespace {

using Kind = FieldValue::Kind;

constexpr auto kKeys = std::to_array<std::string_view>(
    {"caption", "creation_timestamp", "exif_data", "latitude", "location", "longitude", "media",
     "media_metadata", "path", "photo_metadata", "taken_at", "title", "uri", "video_metadata"});

/// Lists of an export that are named, also where they are empty.
constexpr auto kLists = std::to_array<std::string_view>(
    {"ig_archived_post_media", "ig_igtv_media", "ig_other_media", "ig_reels_media", "ig_stories"});
/// Lists beside them that look alike: pictures of the account and of messages.
constexpr auto kListsOfNoPosts = std::to_array<std::string_view>({"direct", "ig_profile_picture", "profile"});

bool has_any(const JsonOutline& outline, int depth, std::span<const std::string_view> keys) {
  return std::ranges::any_of(keys, [&](std::string_view key) { return outline.has(depth, key); });
}

/// The depth of the objects in a list that is the root, or in one that the root has.
int depth_of_entries(const JsonOutline& outline) { return outline.root() == '[' ? 2 : 3; }

/// media.json, as exports had it before 2020.
bool is_old_list(const JsonOutline& outline) {
  constexpr auto kOldLists = std::to_array<std::string_view>({"photos", "stories", "videos"});
  return outline.root() == '{' && has_any(outline, 1, kOldLists) && outline.has(3, "path") &&
         outline.has(3, "taken_at");
}

bool recognise_posts(const JsonOutline& outline) {
  if (outline.root() == '{' && (has_any(outline, 1, kLists) || outline.has(1, "ig_profile_picture")))
    return true;
  const int depth = depth_of_entries(outline);
  const bool media = outline.has(depth, "uri") && outline.has(depth, "creation_timestamp");
  const bool posts = outline.has(depth, "media") && outline.has(depth + 2, "uri") &&
                     outline.has(depth + 2, "creation_timestamp");
  return media || posts || is_old_list(outline);
}

/// What an export has beside posts: followers, messages, advertisements, searches, ...
bool recognise_others(const JsonOutline& outline) {
  constexpr auto kData = std::to_array<std::string_view>(
      {"label_values", "media_list_data", "media_map_data", "string_list_data", "string_map_data"});
  constexpr auto kNames = std::to_array<std::string_view>(
      {"comments_media_comments", "comments_reels_comments", "label_values", "likes_comment_likes",
       "likes_media_likes", "profile_user", "relationships_blocked_users", "relationships_close_friends",
       "relationships_follow_requests_received", "relationships_follow_requests_sent",
       "relationships_following", "relationships_following_hashtags", "relationships_hide_stories_from",
       "relationships_permanent_follow_requests", "relationships_restricted_users",
       "relationships_unfollowed_users", "saved_saved_collections", "saved_saved_media"});
  if (has_any(outline, depth_of_entries(outline), kData)) return true;
  if (outline.root() != '{') return false;
  // What a list of the application itself is called: ig_custom_audiences_all_types, ig_secret_conversations,
  // ...
  if (outline.holds_only("ig_") && !outline.is_followed()) return true;
  return has_any(outline, 1, kNames) || (outline.has(1, "participants") && outline.has(1, "messages"));
}

std::string text_of(std::string_view name, const FieldValue& value, FieldReader& fields) {
  return without_mojibake(fields.text(name, value));
}

/// Names in an export are paths below its folder, which may lie in the one that the job names: what stands
/// before the folder that holds the file with the posts.
std::string folder_of_export(std::string_view relative) {
  constexpr std::string_view kActivity = "your_instagram_activity/";
  if (const std::size_t activity = relative.find(kActivity);
      activity != relative.npos && (activity == 0 || relative[activity - 1] == '/')) {
    return std::string(relative.substr(0, activity));
  }
  std::string_view folder = relative.substr(0, relative.rfind('/') + 1);
  for (const std::string_view inner : {"content/", "media/"}) {
    if (folder == inner || folder.ends_with("/" + std::string(inner))) folder.remove_suffix(inner.size());
  }
  return std::string(folder);
}

/// Videos often have no suffix.
bool is_video(const FieldValue& media, std::string_view uri) {
  const FieldValue& metadata = media.at("media_metadata");
  if (metadata.at("photo_metadata").kind == Kind::object) return false;
  for (const char* suffix : {".mp4", ".mov", ".m4v"}) {
    if (has_suffix(uri, suffix)) return true;
  }
  const std::string_view name = uri.substr(uri.rfind('/') + 1);
  return name.find('.') == name.npos || metadata.at("video_metadata").kind == Kind::object;
}

/// Of a photo's or a video's EXIF data: in one of a list of objects, or in none.
void add_place(const FieldValue& media, FieldReader& fields, Place& place) {
  for (const char* kind : {"photo_metadata", "video_metadata"}) {
    for (const FieldValue& exif : media.at("media_metadata").at(kind).at("exif_data").elements) {
      if (exif.at("latitude").kind == Kind::nothing || exif.at("longitude").kind == Kind::nothing) continue;
      place.latitude = fields.real("latitude", exif.at("latitude"));
      place.longitude = fields.real("longitude", exif.at("longitude"));
      return;
    }
  }
}

class EntryReader {
 public:
  EntryReader(const JsonRecord& record, ReadResult& result)
      : record_(record), fields_("the entry's", record.number, result) {}

  PostFields read() {
    const FieldValue& entry = record_.value;
    post_.has_code = false;
    post_.has_tag_list = false;
    post_.caption = text_of("title", entry.at("title"), fields_);
    if (post_.caption.empty()) post_.caption = text_of("caption", entry.at("caption"), fields_);
    set_time(entry);
    const FieldValue& media = entry.at("media");
    if (media.kind == Kind::list && !media.elements.empty()) {
      for (const FieldValue& medium : media.elements) add_medium(medium);
    } else {
      add_medium(entry);
    }
    post_.place.name = text_of("location", entry.at("location"), fields_);
    post_.album = media_ > 1;
    post_.video = media_ == 1 && videos_ == 1;
    return std::move(post_);
  }

  /// Whether there is anything that was posted.
  [[nodiscard]] bool has_media() const { return media_ > 0; }

 private:
  void set_time(const FieldValue& of) {
    post_.time.of_text = TimePrecision::second;
    post_.time.seconds = fields_.number("creation_timestamp", of.at("creation_timestamp"));
    if (!post_.time.seconds) post_.time.text = fields_.word("taken_at", of.at("taken_at"));
  }

  void add_medium(const FieldValue& medium) {
    std::string uri = fields_.word("uri", medium.at("uri"));
    if (uri.empty()) uri = fields_.word("path", medium.at("path"));
    if (uri.empty()) return;
    ++media_;
    if (media_ == 1) {
      if (post_.caption.empty()) post_.caption = text_of("title", medium.at("title"), fields_);
      if (!post_.time.seconds && post_.time.text.empty()) set_time(medium);
    }
    if (std::isnan(post_.place.latitude)) add_place(medium, fields_, post_.place);
    if (record_.list == "videos" || is_video(medium, uri)) {
      ++videos_;
    } else {
      post_.images.push_back(folder_of_export(record_.file.relative) + uri);
    }
  }

  const JsonRecord& record_;
  FieldReader fields_;
  PostFields post_;
  std::int64_t media_ = 0;
  std::int64_t videos_ = 0;
};

void read_entry(const JsonRecord& record, ReadResult& result) {
  if (std::ranges::count(kListsOfNoPosts, record.list) > 0) return;
  EntryReader entry(record, result);
  PostFields post = entry.read();
  if (!entry.has_media() && post.caption.empty()) {
    return result.quarantine_record(record.number, "the entry has neither a text nor a photo or video");
  }
  result.posts.push_back(
      {record.number, post_from_fields(std::move(post), record.number, record.file.rules(), result)});
}

void pass_over(const JsonRecord&, ReadResult&) {}

}  // namespace

bool lies_in_meta_export(std::string_view relative) {
  // `connections` alone, or `preferences`, is a folder of anybody's; exports have these inside them. Two have
  // names that nobody else gives.
  constexpr auto kFolders = std::to_array<std::string_view>(
      {"ads_information/ads_and_topics/", "ads_information/instagram_ads_and_businesses/",
       "apps_and_websites_off_of_instagram/", "connections/followers_and_following/",
       "logged_information/link_history/", "logged_information/past_instagram_insights/",
       "logged_information/policy_updates_and_permissions/", "logged_information/recent_searches/",
       "personal_information/autofill_information/", "personal_information/device_information/",
       "personal_information/information_about_you/", "personal_information/personal_information/",
       "preferences/your_topics/", "security_and_login_information/login_and_profile_creation/",
       "your_instagram_activity/"});
  // Exports have no JSON under another suffix.
  if (!has_suffix(relative, ".json")) return false;
  return std::ranges::any_of(kFolders, [&](std::string_view folder) {
    const std::size_t place = relative.find(folder);
    return place != relative.npos && (place == 0 || relative[place - 1] == '/');
  });
}

ReadResult pass_over_in_meta_export() {
  ReadResult result;
  result.format = kBesideMetaExport;
  return result;
}

const JsonFormat kMetaExport{
    .keys = kKeys, .lists = kLists, .recognise = recognise_posts, .read = read_entry, .any_list = true};
const JsonFormat kMetaOthers{
    .keys = {}, .lists = {}, .recognise = recognise_others, .read = pass_over, .any_list = true};

}  // namespace shoal
