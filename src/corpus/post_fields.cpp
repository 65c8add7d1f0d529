// Rules for tags, mentions, codes, dates and image names.
#include "post_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "account_names.hpp"
#include "addresses.hpp"
#include "dates.hpp"
#include "excerpt.hpp"
#include "shoal/text/tags.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

constexpr std::size_t kLongestShortcode = 64;
// Stored in columns of fixed width: one long name would widen every row.
constexpr std::size_t kLongestImageName = 1000;

/// Why a tag cannot be a column; empty if it can.
std::string tag_fault(const std::string& tag) {
  if (tag.size() > kLongestTag) return fmt::format("has {} bytes, more than {}", tag.size(), kLongestTag);
  return holds_control(tag) ? "holds a control character" : "";
}

std::vector<std::string> distinct_tags(const std::vector<std::string>& raw, std::int64_t record,
                                       ReadResult& result) {
  std::vector<std::string> tags;
  std::unordered_set<std::string> seen;
  for (const std::string& text : raw) {
    auto tag = normalise_tag(text);
    if (!tag) continue;  // a bare "#" is no tag
    const std::string fault = tag_fault(*tag);
    if (!fault.empty()) {
      result.quarantine_value(record, fmt::format("the tag {} {}", in_quotes(*tag), fault));
    } else if (seen.insert(*tag).second) {
      tags.push_back(std::move(*tag));
    }
  }
  return tags;
}

std::vector<std::string> distinct_mentions(const std::vector<std::string>& raw, std::int64_t record,
                                           ReadResult& result) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const std::string& text : raw) {
    std::string name = plain_handle(text);
    if (name.empty()) continue;
    const std::string_view fault =
        holds_white_space(name) ? "holds white space, which no handle does" : handle_fault(name);
    if (!fault.empty()) {
      result.quarantine_value(record, fmt::format("the mention {} {}", in_quotes(name), fault));
    } else if (seen.insert(name).second) {
      names.push_back(std::move(name));
    }
  }
  return names;
}

/// A code is part of an address: letters, digits, '-' and '_'. Anything else would be a made-up id.
bool is_shortcode(std::string_view text) {
  return text.size() <= kLongestShortcode && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                  c == '_';
         });
}

void set_shortcode(Post& post, const std::string& url, std::int64_t record, ReadResult& result) {
  std::string code = shortcode_of(url);
  if (is_shortcode(code)) {
    post.shortcode = std::move(code);
  } else {
    result.quarantine_value(record, fmt::format("the shortcode {} is none", in_quotes(code)));
  }
}

/// The UTC day: of what sources give, the time of day is not trusted.
void set_day(Post& post, const PostFields& fields, std::int64_t record, ReadResult& result) {
  if (trimmed(fields.date).empty()) return;
  const auto time = time_of(fields.date);
  if (!time || *time < 0) {
    result.quarantine_value(record, fmt::format("the date {} {}", in_quotes(fields.date),
                                                time ? "is before 1970, when no post was made" : "is none"));
    return;
  }
  post.taken_at = *time - *time % kSecondsOfDay;
  post.taken_at_precision = TimePrecision::day;
  post.taken_at_doubtful = is_doubtful_time(post.taken_at, fields.collected_at);
}

/// The results file ends texts at a zero byte.
std::string without_zero_bytes(std::string text) {
  constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD
  for (std::size_t at = text.find('\0'); at != text.npos; at = text.find('\0', at + kReplacement.size()))
    text.replace(at, 1, kReplacement);
  return text;
}

void set_place(Post& post, Place place, std::int64_t record, ReadResult& result) {
  const std::string_view name = trimmed(place.name);
  if (holds_control(name)) {
    result.quarantine_value(record, fmt::format("the place {} holds a control character", in_quotes(name)));
    place.name.clear();
  } else {
    place.name = name;
  }
  post.place = std::move(place);
}

void set_image(Post& post, const std::string& name, std::int64_t record, ReadResult& result) {
  const std::string_view fault = image_name_fault(name);
  if (fault.empty()) {
    // "./a.jpg" and "a.jpg" are one file.
    post.image = std::filesystem::path(name).lexically_normal().string();
  } else {
    result.quarantine_value(record, fmt::format("the image name {} {}", in_quotes(name), fault));
  }
}

}  // namespace

std::string_view image_name_fault(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) return "holds a zero byte";
  if (name.starts_with('/')) return "is an absolute path";
  if (name.size() > kLongestImageName) return "is longer than 1,000 bytes";
  for (std::size_t begin = 0; begin <= name.size();) {
    // A backslash may stand for a slash, where no file has one in its name.
    const std::size_t end = std::min(name.find_first_of("/\\", begin), name.size());
    if (name.substr(begin, end - begin) == "..") return "leaves its folder by '..'";
    begin = end + 1;
  }
  return {};
}

Post post_from_fields(PostFields fields, std::int64_t record, ReadResult& result) {
  Post post;
  set_shortcode(post, fields.url, record, result);
  post.caption = without_zero_bytes(std::move(fields.caption));
  set_place(post, std::move(fields.place), record, result);
  post.tags = distinct_tags(fields.tags, record, result);
  post.mentions = distinct_mentions(fields.mentions, record, result);
  post.likes = fields.likes;
  post.media = fields.video ? MediaKind::video : fields.album ? MediaKind::album : MediaKind::image;
  set_day(post, fields, record, result);
  set_image(post, fields.image, record, result);
  return post;
}

}  // namespace shoal
