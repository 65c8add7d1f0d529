// The climate study's JSON form of what igramscraper printed: one document with a list of posts.
#include <array>

#include "json_formats.hpp"
#include "post_fields.hpp"

namespace shoal {
namespace {

constexpr std::array<std::string_view, 11> kKeys{"media_id",     "shortcode",  "timestamp", "caption",
                                                 "hashtags",     "num_likes",  "post_link", "media_link",
                                                 "num_comments", "media_type", "account_id"};
constexpr std::array<std::string_view, 1> kLists{"media_metadata"};

bool recognise(const JsonOutline& outline) {
  return outline.has("media_metadata") || (outline.has("media_id") && outline.has("post_link"));
}

void read_post(const JsonRecord& record, ReadResult& result) {
  FieldReader fields("the post's", record.number, result);
  const auto word = [&](std::string_view key) { return fields.word(key, record.value.at(key)); };
  PostFields post;
  post.id = word("media_id");
  post.shortcode = word("shortcode");
  post.url = word("post_link");
  post.caption = fields.text("caption", record.value.at("caption"));
  // The study's reader kept the line end behind each caption, and the word that Python prints for none.
  while (post.caption.ends_with('\n')) post.caption.pop_back();
  if (post.caption == "None") post.caption.clear();
  post.tags = fields.texts("hashtags", record.value.at("hashtags"));
  post.time.seconds = fields.number("timestamp", record.value.at("timestamp"));
  post.likes = fields.count("num_likes", record.value.at("num_likes"));
  // The scraper prints 0, whatever the page has.
  post.comments = {0, Missing::parser_bug};
  const std::string kind = word("media_type");
  post.video = kind == "video";
  post.album = kind == "sidecar" || kind == "carousel";
  post.image_url = word("media_link");
  if (!post.image_url.empty()) post.images = {file_name_in_address(post.image_url)};
  post.author.id = word("account_id");
  result.posts.push_back(
      {record.number, post_from_fields(std::move(post), record.number, record.file.rules(), result)});
}

}  // namespace

const JsonFormat kIgramscraper{kKeys, kLists, recognise, read_post};

}  // namespace shoal
