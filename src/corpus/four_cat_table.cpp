// 4CAT's table of Instagram posts; field names as its importers write them (docs/inputs.md).
#include <fmt/format.h>

#include "post_fields.hpp"
#include "shoal/text/unicode.hpp"
#include "shortcodes.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

bool recognise(const TableHeader& header) {
  constexpr std::array<std::string_view, 6> kColumns{"id",  "body",       "author",
                                                     "url", "media_type", "num_likes"};
  return header.has_all(kColumns);
}

/// Addresses are joined by commas, and may hold some.
std::vector<std::string> addresses(const TableRow& row, std::string_view column) {
  std::vector<std::string> addresses;
  for (std::string& part : row.list(column, ',')) {
    if (part.starts_with("http") || addresses.empty()) {
      addresses.push_back(std::move(part));
    } else {
      addresses.back() += "," + part;
    }
  }
  return addresses;
}

Place place_of(const TableRow& row, FieldReader& fields) {
  Place place;
  place.name = fields.word("location_name", row.value("location_name"));
  const std::string_view both = row.cell("location_latlong");
  const std::size_t comma = both.find(',');
  if (comma == both.npos) return place;
  place.latitude = fields.real("location_latlong", FieldValue::of_text(std::string(both.substr(0, comma))));
  place.longitude = fields.real("location_latlong", FieldValue::of_text(std::string(both.substr(comma + 1))));
  return place;
}

bool says_yes(std::string_view cell) {
  const std::string word = lower_case(trimmed(cell));
  return word == "yes" || word == "true" || word == "1";
}

void mark_missing(const TableRow& row, PostFields& post) {
  if (says_yes(row.cell("likes_hidden"))) post.likes = {0, Missing::hidden};
  if (!says_yes(row.cell("partial_item"))) return;
  for (Count* count : {&post.likes, &post.comments, &post.plays}) {
    if (!count->known()) count->missing = Missing::partial;
  }
}

void read_row(const TableRow& row, ReadResult& result) {
  FieldReader fields("the row's", row.record(), result);
  const auto word = [&](std::string_view column) { return fields.word(column, row.value(column)); };
  const auto count = [&](std::string_view column) { return fields.count(column, row.value(column)); };
  PostFields post;
  post.url = word("url");
  // The id of a post is its shortcode, or its number.
  if (std::string id = word("id"); is_shortcode(id)) {
    const bool is_number = !id.empty() && id.find_first_not_of("0123456789") == id.npos;
    (is_number ? post.id : post.shortcode) = std::move(id);
  } else {
    post.id = std::move(id);
  }
  post.caption = fields.text("body", row.text("body"));
  post.tags = row.list("hashtags", ',');
  for (const char* column : {"usertags", "coauthors"}) {
    for (std::string& name : row.list(column, ',')) post.mentions.push_back(std::move(name));
  }
  post.time.seconds = fields.number("unix_timestamp", row.value("unix_timestamp"));
  post.time.text = word("timestamp");
  post.time.of_text = TimePrecision::second;
  post.likes = count("num_likes");
  post.comments = count("num_comments");
  post.plays = count("play_count");
  mark_missing(row, post);
  const std::string kind = lower_case(word("media_type"));
  post.video = kind == "video";
  post.album = kind == "mixed" || fields.number("num_media", row.value("num_media")).value_or(1) > 1;
  const std::vector<std::string> urls =
      addresses(row, row.cell("image_urls").empty() ? "image_url" : "image_urls");
  for (const std::string& url : urls) post.images.push_back(file_name_in_address(url));
  if (!urls.empty()) post.image_url = urls.front();
  post.place = place_of(row, fields);
  post.author = {word("author"), word("author_id"), word("author_fullname"), {}, {}, {}};
  result.posts.push_back(
      {row.record(), post_from_fields(std::move(post), row.record(), row.file().rules(), result)});
}

}  // namespace

const TableFormat kFourCatTable{recognise, read_row};

}  // namespace shoal
