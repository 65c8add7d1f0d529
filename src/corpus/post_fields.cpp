// Rules for tags, names, dates and addresses.
#include "post_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>

#include "shoal/text/tags.hpp"

namespace shoal {
namespace {

/// The beginning of a text for a message, cut between characters.
std::string excerpt(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  if (text.size() <= kLongest) return std::string(text);
  std::size_t end = kLongest;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "...";
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

std::vector<std::string> distinct_tags(const std::vector<std::string>& raw, std::int64_t record,
                                       ReadResult& result) {
  std::vector<std::string> tags;
  for (const std::string& text : raw) {
    auto tag = normalise_tag(text);
    if (!tag) continue;  // a bare "#" is no tag
    if (tag->size() > kLongestTag) {
      result.quarantine_value(record, fmt::format("the tag '{}' has {} bytes, more than {}", excerpt(*tag),
                                                  tag->size(), kLongestTag));
    } else if (!contains(tags, *tag)) {
      tags.push_back(std::move(*tag));
    }
  }
  return tags;
}

std::vector<std::string> distinct_mentions(const std::vector<std::string>& raw) {
  std::vector<std::string> names;
  for (const std::string& text : raw) {
    std::string name = text.substr(text.rfind('@') == 0 ? 1 : 0);
    if (!name.empty() && !contains(names, name)) names.push_back(std::move(name));
  }
  return names;
}

std::optional<int> number_in(std::string_view text) {
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
  if (!year || !month || !day || *month < 1 || *day < 1) return std::nullopt;
  const std::chrono::year_month_day calendar{std::chrono::year(*year),
                                             std::chrono::month(static_cast<unsigned>(*month)),
                                             std::chrono::day(static_cast<unsigned>(*day))};
  if (!calendar.ok()) return std::nullopt;
  return std::int64_t{std::chrono::sys_days(calendar).time_since_epoch().count()} * 86400;
}

std::string_view image_name_fault(std::string_view name) {
  if (name.find('\0') != std::string_view::npos) return "holds a zero byte";
  if (name.starts_with('/')) return "is an absolute path";
  if (name.size() > 4000) return "is longer than a path can be";
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    if (name.substr(begin, end - begin) == "..") return "leaves its folder by '..'";
    begin = end + 1;
  }
  return {};
}

Post post_from_fields(PostFields fields, std::int64_t record, ReadResult& result) {
  Post post;
  post.shortcode = shortcode_of(fields.url);
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
    post.image = std::move(fields.image);
  } else {
    result.quarantine_value(record, fmt::format("the image name '{}' {}", excerpt(fields.image), fault));
  }
  return post;
}

}  // namespace shoal
