// CrowdTangle's export of Instagram posts. Field names come from 4CAT's importer: no real file was seen.
#include <fmt/format.h>

#include <algorithm>

#include "post_fields.hpp"
#include "shoal/corpus/dates.hpp"
#include "shoal/text/unicode.hpp"
#include "table_formats.hpp"

namespace shoal {
namespace {

bool recognise(const TableHeader& header) {
  constexpr std::array<std::string_view, 4> kColumns{"account", "user name", "url", "description"};
  return header.has_all(kColumns) && (header.has("post created") || header.has("created"));
}

struct Zone {
  std::string_view name;
  std::string_view offset;
};

/// The zones that the export writes by name: those of its users' accounts.
constexpr std::array kZones{
    Zone{"EST", "-05:00"}, Zone{"EDT", "-04:00"},  Zone{"CST", "-06:00"},  Zone{"CDT", "-05:00"},
    Zone{"MST", "-07:00"}, Zone{"MDT", "-06:00"},  Zone{"PST", "-08:00"},  Zone{"PDT", "-07:00"},
    Zone{"CET", "+01:00"}, Zone{"CEST", "+02:00"}, Zone{"BST", "+01:00"},  Zone{"WET", "+00:00"},
    Zone{"EET", "+02:00"}, Zone{"EEST", "+03:00"}, Zone{"WEST", "+01:00"},
};

/// "2020-05-01 12:34:56 EDT" with the zone as an offset.
std::string with_offset(std::string time) {
  const std::size_t space = time.rfind(' ');
  if (space == time.npos) return time;
  const auto zone = std::ranges::find(kZones, std::string_view(time).substr(space + 1), &Zone::name);
  return zone == kZones.end() ? time : time.substr(0, space) + std::string(zone->offset);
}

void read_row(const TableRow& row, ReadResult& result) {
  FieldReader fields("the row's", row.record(), result);
  const auto word = [&](std::string_view column) { return fields.word(column, row.value(column)); };
  const auto count = [&](std::string_view column) { return fields.count(column, row.value(column)); };
  PostFields post;
  post.has_tag_list = false;
  post.url = word("url");
  post.caption = fields.text("description", row.text("description"));
  post.time.text = with_offset(word("post created"));
  if (post.time.text.empty()) post.time.text = with_offset(word("created"));
  post.time.of_text = TimePrecision::second;
  post.likes = count("likes");
  post.comments = count("comments");
  post.plays = count("views");
  const std::string kind = lower_case(word("type"));
  post.video = kind == "video" || kind == "igtv" || kind == "reel";
  post.album = kind == "album";
  post.image_url = word("photo");
  if (!post.image_url.empty()) post.images = {file_name_in_address(post.image_url)};
  post.author = {word("user name"), {}, word("account"), count("followers at posting"), {}, {}};
  result.posts.push_back(
      {row.record(), post_from_fields(std::move(post), row.record(), row.file().rules(), result)});
}

}  // namespace

const TableFormat kCrowdTangleTable{recognise, read_row};

}  // namespace shoal
