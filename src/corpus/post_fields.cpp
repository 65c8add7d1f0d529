// Rules for tags, mentions, codes, dates and image names.
#include "post_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <unordered_set>

#include "account_names.hpp"
#include "addresses.hpp"
#include "excerpt.hpp"
#include "shoal/corpus/dates.hpp"
#include "shoal/text/caption_tags.hpp"
#include "shoal/text/tags.hpp"
#include "shoal/text/unicode.hpp"
#include "shortcodes.hpp"
#include "whole_number.hpp"

namespace shoal {
namespace {

// Stored in columns of fixed width: one long name would widen every row.
constexpr std::size_t kLongestImageName = 1000;

/// Tells whether a text is new in a list. So few are compared with each other sooner than hashed.
class Distinct {
 public:
  bool is_new(const std::string& text, const std::vector<std::string>& list) {
    constexpr std::size_t kFew = 32;
    if (list.size() < kFew) return std::ranges::find(list, text) == list.end();
    if (seen_.empty()) seen_.insert(list.begin(), list.end());
    return seen_.insert(text).second;
  }

 private:
  std::unordered_set<std::string> seen_;
};

/// Why a tag cannot be a column; empty if it can.
std::string tag_fault(const std::string& tag) {
  if (tag.size() > kLongestTag) return fmt::format("has {} bytes, more than {}", tag.size(), kLongestTag);
  return holds_control(tag) ? "holds a control character" : "";
}

std::vector<std::string> distinct_tags(const std::vector<std::string>& raw, std::int64_t record,
                                       const ReadRules& rules, ReadResult& result) {
  std::vector<std::string> tags;
  Distinct distinct;
  for (const std::string& text : raw) {
    auto tag = normalise_tag(text);
    if (!tag) {  // a bare "#" is none, and nothing is lost with it
      if (!is_utf8(text))
        result.quarantine_value(record, fmt::format("the tag {} is not UTF-8", in_quotes(text)));
      continue;
    }
    if (const auto merged = rules.merged_tags.find(*tag); merged != rules.merged_tags.end())
      tag = merged->second;
    const std::string fault = tag_fault(*tag);
    if (!fault.empty()) {
      result.quarantine_value(record, fmt::format("the tag {} {}", in_quotes(*tag), fault));
    } else if (distinct.is_new(*tag, tags)) {
      tags.push_back(std::move(*tag));
    }
  }
  return tags;
}

std::vector<std::string> distinct_mentions(const std::vector<std::string>& raw, std::int64_t record,
                                           const std::string& platform, ReadResult& result) {
  std::vector<std::string> keys;
  Distinct distinct;
  for (const std::string& text : raw) {
    std::string name = plain_handle(text);
    if (name.empty()) continue;
    const std::string_view fault =
        holds_white_space(name) ? "holds white space, which no handle does" : handle_fault(name);
    if (!fault.empty()) {
      result.quarantine_value(record, fmt::format("the mention {} {}", in_quotes(name), fault));
    } else if (std::string key = account_key(platform, name); distinct.is_new(key, keys)) {
      keys.push_back(std::move(key));
    }
  }
  return keys;
}

/// The numbers of a platform are digits, on some with letters: what else stands there is no id.
constexpr std::size_t kLongestId = 128;

/// Ids that Shoal made are a platform, or `file`, and what is short enough behind it.
constexpr std::size_t kLongestToldId = 255;

/// What an export tells. A shortcode is one only in the id that is made of it.
void set_told_identity(Post& post, const PostFields& fields, std::int64_t record, ReadResult& result) {
  const std::string_view id = trimmed(fields.told_id);
  const std::string_view code = trimmed(fields.shortcode);
  const bool has_code = !code.empty();
  if (has_code && (!is_shortcode(code) || id != fmt::format("ig:{}", code))) {
    result.quarantine_value(
        record, fmt::format("the shortcode {} is none of the post {}", in_quotes(code), in_quotes(id)));
  } else if (has_code) {
    post.shortcode = code;
  }
  if (id.size() > kLongestToldId || holds_control(id) || !is_utf8(id)) {
    return result.quarantine_value(record, fmt::format("the id {} is none", in_quotes(id)));
  }
  post.id = id;
}

/// Many posts, or accounts, have the same number up to its first digits.
constexpr std::string_view kIsRounded = "is a rounded number: the digits that tell it from others are lost";

/// An id that is no shortcode.
void set_platform_id(Post& post, const PostFields& fields, std::int64_t record, ReadResult& result) {
  const std::string_view id = without_zero_fraction(trimmed(fields.id));
  if (id.empty()) return;
  if (is_rounded_number(id)) {
    return result.quarantine_value(record, fmt::format("the id {} {}", in_quotes(id), kIsRounded));
  }
  if (id.size() > kLongestId || holds_control(id) || !is_utf8(id)) {
    return result.quarantine_value(record, fmt::format("the id {} is none", in_quotes(fields.id)));
  }
  post.id = fmt::format("{}:{}", fields.platform, id);
}

/// Platform and id, or the shortcode of a post of Instagram.
void set_identity(Post& post, const PostFields& fields, std::int64_t record, ReadResult& result) {
  if (!fields.told_id.empty()) return set_told_identity(post, fields, record, result);
  if (fields.platform != kInstagram) return set_platform_id(post, fields, record, result);
  const std::string_view id = without_zero_fraction(trimmed(fields.id));
  std::string code =
      fields.shortcode.empty() ? shortcode_of(fields.url) : std::string(trimmed(fields.shortcode));
  // Instagram's numbers have more digits: a short one is a row's, or another program's.
  constexpr std::size_t kFewestDigits = 12;
  if (code.empty() && id.size() >= kFewestDigits) code = shortcode_of_number(id);
  if (code.empty()) return set_platform_id(post, fields, record, result);
  if (is_shortcode(code)) {
    post.shortcode = std::move(code);
  } else {
    result.quarantine_value(record, fmt::format("the shortcode {} is none", in_quotes(code)));
  }
}

/// 2100-01-01: a post of a later time has a date that a program took for none.
constexpr std::int64_t kLatestTime = 4102444800;

void set_time(Post& post, const PostFields& fields, std::int64_t record, ReadResult& result) {
  const TimeFields& told = fields.time;
  if (!told.seconds && trimmed(told.text).empty()) return;
  const auto time = told.seconds ? told.seconds : time_of(told.text);
  if (!time || *time < 0 || *time >= kLatestTime) {
    const std::string shown = told.seconds ? fmt::format("'{}'", *told.seconds) : in_quotes(told.text);
    return result.quarantine_value(record,
                                   fmt::format("the date {} {}", shown,
                                               !time       ? "is none"
                                               : *time < 0 ? "is before 1970, when no post was made"
                                                           : "is after 2099, when no post was made yet"));
  }
  post.taken_at_precision = told.seconds ? TimePrecision::second : told.of_text;
  post.taken_at = post.taken_at_precision == TimePrecision::day ? *time - *time % kSecondsOfDay : *time;
  post.taken_at_doubtful =
      fields.doubtful_time.value_or(is_doubtful_time(post.taken_at, fields.collected_at));
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

/// "C:\photos\a.jpg", with either slash, or "\\server\photos\a.jpg".
bool is_absolute_on_windows(std::string_view name) {
  if (name.starts_with("\\\\")) return true;
  if (name.size() < 3 || name[1] != ':') return false;
  const char drive = static_cast<char>(name[0] | 0x20);
  return drive >= 'a' && drive <= 'z' && (name[2] == '\\' || name[2] == '/');
}

/// The name as it is looked up; empty for one that must not be.
std::string image_name(const std::string& name, std::int64_t record, ReadResult& result) {
  const std::string_view fault = image_name_fault(name);
  // "./a.jpg" and "a.jpg" are one file.
  if (fault.empty() && name.find('/') == name.npos) return name;
  if (fault.empty()) return std::filesystem::path(name).lexically_normal().string();
  result.quarantine_value(record, fmt::format("the image name {} {}", in_quotes(name), fault));
  return {};
}

void set_images(Post& post, PostFields& fields, std::int64_t record, const ReadRules& rules,
                ReadResult& result) {
  if (!fields.images.empty()) post.image = image_name(fields.images.front(), record, result);
  for (std::size_t i = 1; rules.all_slides && i < fields.images.size(); ++i)
    post.further_images.push_back(image_name(fields.images[i], record, result));
  if (rules.keeps_urls && is_utf8(fields.image_url) && !holds_control(fields.image_url))
    post.image_url = std::move(fields.image_url);
}

/// As the source has them, by the job's rule of where tags come from.
std::vector<std::string> raw_tags(const Post& post, PostFields& fields, const ReadRules& rules) {
  if (fields.lists_are_whole || (rules.tags_from == TagsFrom::list && fields.has_tag_list))
    return std::move(fields.tags);
  std::vector<std::string> tags = hashtags_in(post.caption);
  // Programs that take the hashtags out of captions leave them in the list alone.
  if (tags.empty()) return std::move(fields.tags);
  if (rules.tags_from == TagsFrom::both)
    std::move(fields.tags.begin(), fields.tags.end(), std::back_inserter(tags));
  return tags;
}

/// The platform's number of an account; empty where none is told.
std::string account_number(std::string_view told, std::int64_t record, ReadResult& result) {
  const std::string_view number = without_zero_fraction(trimmed(told));
  if (!is_rounded_number(number)) return usable_account_name(number, record, result);
  result.quarantine_value(record, fmt::format("the account's number {} {}", in_quotes(number), kIsRounded));
  return {};
}

/// The account, told once for all its posts.
void set_author(Post& post, AuthorFields author, std::int64_t record, ReadResult& result) {
  Account account;
  account.username = usable_account_name(author.handle, record, result);
  account.id = account_number(author.id, record, result);
  account.display_name = usable_display_name(author.display_name, record, result);
  account.followers = author.followers;
  account.followees = author.followees;
  account.posts = author.posts;
  post.creator_name = account.display_name;
  if (account.username.empty() && account.id.empty()) return;
  const bool is_number = account.username.empty();
  account.key =
      account_key(post.platform, is_number ? std::string(kAccountNumber) + account.id : account.username);
  post.creator = account.key;
  result.add_account(std::move(account));
}

}  // namespace

std::string_view image_name_fault(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) return "holds a zero byte";
  if (name.starts_with('/') || is_absolute_on_windows(name)) return "is an absolute path";
  if (name.size() > kLongestImageName) return "is longer than 1,000 bytes";
  for (std::size_t begin = 0; begin <= name.size();) {
    // A backslash may stand for a slash, where no file has one in its name.
    const std::size_t end = std::min(name.find_first_of("/\\", begin), name.size());
    if (name.substr(begin, end - begin) == "..") return "leaves its folder by '..'";
    begin = end + 1;
  }
  return {};
}

std::string file_name_in_address(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  return std::string(url.substr(url.rfind('/') + 1));
}

Post post_from_fields(PostFields fields, std::int64_t record, const ReadRules& rules, ReadResult& result) {
  Post post;
  if (fields.platform != kInstagram) post.platform = fields.platform;
  set_identity(post, fields, record, result);
  post.caption = without_zero_bytes(fields.caption_has_entities ? decode_entities(fields.caption)
                                                                : std::move(fields.caption));
  set_place(post, std::move(fields.place), record, result);
  post.tags = distinct_tags(raw_tags(post, fields, rules), record, rules, result);
  if (!fields.lists_are_whole)
    std::ranges::move(mentions_in(post.caption), std::back_inserter(fields.mentions));
  post.mentions = distinct_mentions(fields.mentions, record, post.platform, result);
  post.likes = fields.likes;
  post.comments = fields.comments;
  post.plays = fields.plays;
  post.media = fields.video ? MediaKind::video : fields.album ? MediaKind::album : MediaKind::image;
  post.collected_at = fields.collected_at.value_or(0);
  set_time(post, fields, record, result);
  set_images(post, fields, record, rules, result);
  set_author(post, std::move(fields.author), record, result);
  return post;
}

}  // namespace shoal
