// Rules for tags, names, dates and addresses.
#include "post_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <unordered_set>

#include "shoal/text/tags.hpp"

namespace shoal {
namespace {

constexpr std::size_t kLongestShortcode = 64;
constexpr std::size_t kLongestAccountName = 255;
// Stored in columns of fixed width: one long name would widen every row.
constexpr std::size_t kLongestImageName = 1000;

/// The beginning of a text for a message, cut between characters.
std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

/// Why a tag cannot be a column; empty if it can.
std::string tag_fault(const std::string& tag) {
  if (tag.size() > kLongestTag) return fmt::format("has {} bytes, more than {}", tag.size(), kLongestTag);
  return tag.find('\0') == std::string::npos ? "" : "holds a zero byte";
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
      result.quarantine_value(record, fmt::format("the tag '{}' {}", excerpt(*tag), fault));
    } else if (seen.insert(*tag).second) {
      tags.push_back(std::move(*tag));
    }
  }
  return tags;
}

std::vector<std::string> distinct_mentions(const std::vector<std::string>& raw) {
  std::vector<std::string> names;
  std::unordered_set<std::string> seen;
  for (const std::string& text : raw) {
    std::string name = text.substr(text.rfind('@', 0) == 0 ? 1 : 0);
    if (!name.empty() && seen.insert(name).second) names.push_back(std::move(name));
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

std::optional<int> number_in(std::string_view text) {
  if (!std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

std::string shortcode_of(std::string_view url) {
  for (const std::string_view marker : {"/p/", "/reel/", "/tv/"}) {
    const auto at = url.find(marker);
    if (at == std::string_view::npos) continue;
    const std::string_view rest = url.substr(at + marker.size());
    return std::string(rest.substr(0, rest.find_first_of("/?#")));
  }
  return {};
}

std::optional<std::int64_t> day_of(std::string_view date) {
  if (date.size() < 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = number_in(date.substr(0, 4));
  const auto month = number_in(date.substr(5, 2));
  const auto day = number_in(date.substr(8, 2));
  if (!year || !month || !day || *year < 1 || *month < 1 || *day < 1) return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(*year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
  if (!calendar.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(calendar).time_since_epoch().count()} * 86400;
}

std::string_view image_name_fault(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) return "holds a zero byte";
  if (name.starts_with('/')) return "is an absolute path";
  if (name.size() > kLongestImageName) return "is longer than 1,000 bytes";
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return "leaves its folder by '..'";
    begin = end + 1;
  }
  return {};
}

std::string_view account_name_fault(std::string_view name) {
  if (name.size() > kLongestAccountName) return "is longer than 255 bytes";
  return name.find('\0') == std::string_view::npos ? "" : "holds a zero byte";
}

std::string usable_account_name(std::string_view name, std::int64_t record, ReadResult& result) {
  const std::string_view fault = account_name_fault(name);
  if (fault.empty()) return std::string(name);
  result.quarantine_value(record, fmt::format("the account's name {}", fault));
  return {};
}

Post post_from_fields(PostFields fields, std::int64_t record, ReadResult& result) {
  Post post;
  post.shortcode = shortcode_of(fields.url);
  if (!is_shortcode(post.shortcode)) {
    result.quarantine_value(record, fmt::format("the shortcode '{}' is none", excerpt(post.shortcode)));
    post.shortcode.clear();
  }
  post.caption = std::move(fields.caption);
  post.tags = distinct_tags(fields.tags, record, result);
  post.mentions = distinct_mentions(fields.mentions);
  post.likes = fields.likes;
  post.media = fields.video ? MediaKind::video : fields.album ? MediaKind::album : MediaKind::image;
  if (const auto day = day_of(fields.date)) {
    post.taken_at = *day;
    post.taken_at_precision = TimePrecision::day;
  } else if (!fields.date.empty()) {
    result.quarantine_value(record, fmt::format("the date '{}' is none", excerpt(fields.date)));
  }
  const std::string_view fault = image_name_fault(fields.image);
  if (fault.empty()) {
    // "./a.jpg" and "a.jpg" are one file.
    post.image = std::filesystem::path(fields.image).lexically_normal().string();
  } else {
    result.quarantine_value(record, fmt::format("the image name '{}' {}", excerpt(fields.image), fault));
  }
  return post;
}

}  // namespace shoal
