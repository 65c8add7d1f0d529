// A mapped column may hold what people and programs write: lists with any separator, times in seconds or
// words.
#include "mapped_post.hpp"

#include <algorithm>
#include <array>

#include "shoal/corpus/dates.hpp"
#include "shoal/corpus/mapping.hpp"
#include "shoal/text/unicode.hpp"
#include "unused_images.hpp"
#include "whole_number.hpp"

namespace shoal {
namespace {

using Kind = FieldValue::Kind;

/// The separators of a list that is written as a text, the first that it has; white space comes last, as tags
/// may have spaces where commas are between them.
constexpr std::array<std::string_view, 4> kSeparators{"|", ";", ",", " \t\r\n"};

std::vector<std::string> split_at(std::string_view separators, std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(separators), text.size());
    if (const std::string_view part = trimmed(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::vector<std::string> split(std::string_view text) {
  const auto has = [&](std::string_view separators) { return text.find_first_of(separators) != text.npos; };
  const auto separators = std::ranges::find_if(kSeparators, has);
  return split_at(separators == kSeparators.end() ? std::string_view() : *separators, text);
}

bool is_address(std::string_view text) { return text.find("://") != text.npos; }

/// Whether a text is an address, or a name that ends as those of photos do.
bool names_image(const std::string& text) { return is_address(text) || is_named_as_photo(text); }

/// Names, or addresses, of images that are written as a text. A file's name may have spaces, and any of the
/// separators: the text is a list only where all of its parts are such names.
std::vector<std::string> images_in(std::string_view text) {
  for (const std::string_view separator : {"|", ";", ","}) {
    std::vector<std::string> parts = split_at(separator, text);
    if (parts.size() > 1 && std::ranges::all_of(parts, names_image)) return parts;
  }
  const std::string_view one = trimmed(text);
  return one.empty() ? std::vector<std::string>() : std::vector{std::string(one)};
}

/// The numbers of milliseconds since 1970 begin where those of seconds are beyond the year 5138.
constexpr std::int64_t kFirstMilliseconds = 100'000'000'000;

TimeFields time_of_value(std::string_view name, const FieldValue& value, FieldReader& fields) {
  TimeFields time;
  time.text = fields.word(name, value);
  const auto number = whole_number(trimmed(time.text));
  if (number >= kFirstWrittenSeconds) {
    time.seconds = *number >= kFirstMilliseconds ? *number / 1000 : *number;
  } else if (const std::string_view day = trimmed(time.text); number && day.size() == 8) {
    time.text = std::string(day.substr(0, 4)) + "-" + std::string(day.substr(4, 2)) + "-" +
                std::string(day.substr(6));
  }
  // Whoever writes a time of day behind the day means it.
  const bool has_time = time.text.find(':') != time.text.npos;
  time.of_text = has_time ? TimePrecision::second : TimePrecision::day;
  return time;
}

/// Whether a post cannot well be of a time, where no more than the day is known on which it was collected:
/// that may have been at its end.
std::optional<bool> is_doubtful_by_day(const TimeFields& told, std::int64_t day) {
  const auto taken_at = told.seconds ? told.seconds : time_of(told.text);
  if (!taken_at) return std::nullopt;
  return is_doubtful_time(*taken_at, day + kSecondsOfDay - 1);
}

class MappedReader {
 public:
  MappedReader(const ReadRules& rules, const ValueOf& value_of, FieldReader& fields)
      : columns_(rules.columns), value_of_(value_of), fields_(fields) {}

  std::string word(const char* field) { return fields_.word(column(field), value(field)); }
  std::string text(const char* field) { return fields_.text(column(field), value(field)); }
  Count count(const char* field) { return fields_.count(column(field), value(field)); }
  double real(const char* field) { return fields_.real(column(field), value(field)); }
  TimeFields time(const char* field) { return time_of_value(column(field), value(field), fields_); }
  /// A time with its seconds, also where it is a text; what is none is left out.
  TimeFields moment(const char* field) {
    TimeFields time = this->time(field);
    if (time.seconds) {
      time.of_text = TimePrecision::second;
    } else {
      time.seconds = fields_.time(column(field), FieldValue::of_text(time.text));
    }
    return time;
  }
  std::vector<std::string> list(const char* field) {
    const FieldValue value = this->value(field);
    if (value.kind == Kind::list) return fields_.texts(column(field), value);
    return split(fields_.word(column(field), value));
  }
  /// Names, or addresses, of images.
  std::vector<std::string> images(const char* field) {
    const FieldValue value = this->value(field);
    if (value.kind != Kind::list) return images_in(fields_.word(column(field), value));
    std::vector<std::string> images = fields_.texts(column(field), value);
    std::erase(images, std::string());
    return images;
  }
  [[nodiscard]] bool has(const char* field) const { return columns_.contains(field); }

 private:
  [[nodiscard]] std::string_view column(const char* field) const {
    const auto column = columns_.find(field);
    return column == columns_.end() ? std::string_view(field) : std::string_view(column->second);
  }
  [[nodiscard]] FieldValue value(const char* field) const {
    return has(field) ? value_of_(column(field)) : FieldValue();
  }

  const ColumnMapping& columns_;
  const ValueOf& value_of_;
  FieldReader& fields_;
};

void set_kind(const std::string& kind, PostFields& post) {
  const std::string word = lower_case(trimmed(kind));
  post.video =
      word == "video" || word == "reel" || word == "clip" || word == "animated_gif" || word == "gifv";
  post.album = word == "album" || word == "carousel" || word == "sidecar" || word == "mixed";
}

}  // namespace

std::span<const std::string_view> mapped_fields() {
  static constexpr std::array kFields = std::to_array<std::string_view>({"caption",
                                                                         "collected_at",
                                                                         "comments",
                                                                         "creator",
                                                                         "creator_followees",
                                                                         "creator_followers",
                                                                         "creator_id",
                                                                         "creator_name",
                                                                         "creator_posts",
                                                                         "id",
                                                                         "image",
                                                                         "image_url",
                                                                         "latitude",
                                                                         "likes",
                                                                         "longitude",
                                                                         "media",
                                                                         "mentions",
                                                                         "place",
                                                                         "plays",
                                                                         "shortcode",
                                                                         "tags",
                                                                         "taken_at",
                                                                         "url"});
  return kFields;
}

PostFields fields_by_mapping(const ReadRules& rules, const ValueOf& value_of, FieldReader& fields) {
  MappedReader from(rules, value_of, fields);
  PostFields post;
  post.platform = rules.platform;
  post.id = from.word("id");
  post.shortcode = from.word("shortcode");
  post.url = from.word("url");
  post.caption = from.text("caption");
  post.has_tag_list = from.has("tags");
  post.tags = from.list("tags");
  post.mentions = from.list("mentions");
  post.time = from.time("taken_at");
  const TimeFields collected = from.moment("collected_at");
  post.collected_at = collected.seconds;
  if (collected.seconds && collected.of_text == TimePrecision::day)
    post.doubtful_time = is_doubtful_by_day(post.time, *collected.seconds);
  post.likes = from.count("likes");
  post.comments = from.count("comments");
  post.plays = from.count("plays");
  const std::vector<std::string> addresses = from.images("image_url");
  if (!addresses.empty()) post.image_url = addresses.front();
  for (std::string& name : from.images("image"))
    post.images.push_back(is_address(name) ? file_name_in_address(name) : std::move(name));
  if (post.images.empty())
    std::ranges::transform(addresses, std::back_inserter(post.images), file_name_in_address);
  set_kind(from.word("media"), post);
  post.place.name = from.word("place");
  post.place.latitude = from.real("latitude");
  post.place.longitude = from.real("longitude");
  post.author = {from.word("creator"),
                 from.word("creator_id"),
                 from.word("creator_name"),
                 from.count("creator_followers"),
                 from.count("creator_followees"),
                 from.count("creator_posts")};
  return post;
}

std::vector<std::string_view> keys_of_mapping(const ReadRules& rules) {
  std::vector<std::string_view> keys;
  for (const auto& [field, column] : rules.columns) {
    for (std::string_view rest = column; !rest.empty();) {
      const std::size_t end = std::min(rest.find('.'), rest.size());
      keys.push_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return keys;
}

FieldValue value_at_path(const FieldValue& value, std::string_view path) {
  if (path.empty()) return value;
  if (value.kind == FieldValue::Kind::list) {
    FieldValue list{FieldValue::Kind::list};
    for (const FieldValue& element : value.elements) list.elements.push_back(value_at_path(element, path));
    return list;
  }
  const std::size_t end = std::min(path.find('.'), path.size());
  return value_at_path(value.at(path.substr(0, end)), path.substr(std::min(end + 1, path.size())));
}

}  // namespace shoal
