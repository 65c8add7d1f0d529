// Profile JSON: one file an account, its posts in the array `posts`.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <optional>

#include "post_fields.hpp"
#include "readers.hpp"
#include "shoal/text/tags.hpp"

namespace shoal {
namespace {

namespace json = simdjson::ondemand;

/// U+FFFE, which no text holds: it marks the places of bytes that are not UTF-8, so that only their records
/// are lost and not the whole file.
constexpr std::string_view kBrokenBytes = "\xEF\xBF\xBE";

/// A field that has another type than it should.
struct WrongType {
  std::string sentence;
};

template <class T>
T expect(simdjson::simdjson_result<T> value, std::string_view field, std::string_view type) {
  if (value.error() == simdjson::INCORRECT_TYPE || value.error() == simdjson::NUMBER_ERROR ||
      value.error() == simdjson::NUMBER_OUT_OF_RANGE) {
    throw WrongType{fmt::format("'{}' is not {}", field, type)};
  }
  return std::move(value).take_value();
}

std::string_view text_of(json::value value, std::string_view field) {
  return expect(value.get_string(), field, "a text");
}

bool is_null(json::value value) { return value.type() == json::json_type::null; }

std::string optional_text(json::value value, std::string_view field) {
  if (is_null(value)) return {};
  return std::string(text_of(value, field));
}

/// The first of a list of texts, or the text itself, and whether it was a list.
std::pair<std::string, bool> first_text(json::value value, std::string_view field) {
  if (value.type() != json::json_type::array) return {optional_text(value, field), false};
  std::optional<std::string> first;
  for (auto element : value.get_array()) {
    std::string text = optional_text(element.value(), field);
    if (!first) first = std::move(text);
  }
  return {first.value_or(""), true};
}

std::vector<std::string> texts_of(json::value value, std::string_view field) {
  std::vector<std::string> texts;
  if (is_null(value)) return texts;
  for (auto element : expect(value.get_array(), field, "a list")) {
    texts.emplace_back(text_of(element.value(), field));
  }
  return texts;
}

bool flag_of(json::value value, std::string_view field) {
  return !is_null(value) && expect(value.get_bool(), field, "true or false");
}

Count count_of(json::value value, std::string_view field) {
  if (is_null(value)) return {0, Missing::not_exported};
  const std::int64_t number = expect(value.get_int64(), field, "a whole number");
  // Sources write -1 where the platform hides the number.
  return number < 0 ? Count{0, Missing::hidden} : Count::of(number);
}

/// A count about the account. A wrong one costs nothing but itself, and no quarantine row: files in which
/// nobody had looked at these fields keep their results.
Count lenient_count(json::value value) {
  json::json_type type{};
  if (value.type().get(type) != simdjson::SUCCESS) return {0, Missing::invalid};
  if (type == json::json_type::null) return {0, Missing::not_exported};
  std::int64_t number = 0;
  if (type != json::json_type::number || value.get_int64().get(number) != simdjson::SUCCESS) {
    return {0, Missing::invalid};
  }
  return number < 0 ? Count{0, Missing::hidden} : Count::of(number);
}

class ProfileReader {
 public:
  /// text lives in a buffer with simdjson's padding behind it; whole: how much of it stood in the file.
  /// repaired: whether bytes that are not UTF-8 were replaced by kBrokenBytes.
  ProfileReader(std::string_view text, std::size_t capacity, std::size_t whole, bool repaired)
      : text_(text), capacity_(capacity), whole_(whole), repaired_(repaired) {}

  ReadResult read() {
    try {
      json::parser parser;
      auto document = parser.iterate(text_.data(), text_.size(), capacity_);
      for (auto field : document.get_object()) read_field(std::move(field).take_value());
      finish();
      if (document.current_location().error() == simdjson::SUCCESS) {
        result_.quarantine_record(-1,
                                  "something follows the profile, and is not read; one profile a file is");
      }
    } catch (const simdjson::simdjson_error& error) {
      quarantine_rest(error.error());
    } catch (const WrongType& wrong) {
      result_.quarantine_record(-1, "the profile cannot be read: " + wrong.sentence);
    }
    name_creator();
    return std::move(result_);
  }

 private:
  void read_field(json::field field) {
    const std::string_view key = field.unescaped_key();
    if (key == "username") username_ = name_of(field.value(), key);
    if (key == "alias") alias_ = name_of(field.value(), key);
    if (key == "numberFollowers") account_.followers = lenient_count(field.value());
    if (key == "numberFollowing") account_.followees = lenient_count(field.value());
    if (key == "numberPosts") account_.posts = lenient_count(field.value());
    if (key == "posts") {
      has_posts_ = true;
      for (auto element : expect(field.value().get_array(), key, "a list")) read_element(element.value());
    }
  }

  /// A name of the wrong type costs the name, not the posts.
  std::string name_of(json::value value, std::string_view key) {
    if (value.type() == json::json_type::string || is_null(value)) return optional_text(value, key);
    result_.quarantine_value(-1, fmt::format("the profile's '{}' is not a text", key));
    return {};
  }

  void read_element(json::value element) {
    const std::int64_t record = next_record_;
    if (element.type() != json::json_type::object) {
      // Its content is skipped by the loop over the array.
      result_.quarantine_record(record, "the post is not an object");
      ++next_record_;
      return;
    }
    json::object object = element.get_object();
    const std::string_view raw = object.raw_json();
    const auto end = static_cast<std::size_t>(raw.data() - text_.data()) + raw.size();
    // An object that ends in what was appended is one the file breaks off in.
    if (end > whole_) throw simdjson::simdjson_error(simdjson::INCOMPLETE_ARRAY_OR_OBJECT);
    read_post(raw, record);
    ++next_record_;
  }

  [[nodiscard]] bool is_broken(std::string_view text) const {
    return repaired_ && text.find(kBrokenBytes) != std::string_view::npos;
  }

  void read_post(std::string_view raw, std::int64_t record) {
    if (is_broken(raw)) {
      result_.quarantine_record(record, "the post's text is not UTF-8");
      return;
    }
    try {
      // Parsed by itself: what is wrong in one post cannot disturb the next.
      post_text_.assign(raw);
      post_text_.reserve(raw.size() + simdjson::SIMDJSON_PADDING);
      auto document = post_parser_.iterate(post_text_.data(), post_text_.size(), post_text_.capacity());
      PostFields fields;
      for (auto field : document.get_object()) read_post_field(fields, std::move(field).take_value());
      ReadPost read{record, post_from_fields(std::move(fields), record, result_)};
      result_.posts.push_back(std::move(read));
    } catch (const WrongType& wrong) {
      result_.quarantine_record(record, "the post's " + wrong.sentence);
    } catch (const simdjson::simdjson_error& error) {
      result_.quarantine_record(record, fmt::format("the post is not JSON: {}", error.what()));
    }
  }

  static void read_post_field(PostFields& fields, json::field field) {
    const std::string_view key = field.unescaped_key();
    json::value value = field.value();
    if (key == "url") fields.url = optional_text(value, key);
    if (key == "urlImage") fields.album |= first_text(value, key).second;
    if (key == "isVideo") fields.video = flag_of(value, key);
    if (key == "multipleImage") fields.album |= flag_of(value, key);
    if (key == "tags") fields.tags = texts_of(value, key);
    if (key == "mentions") fields.mentions = texts_of(value, key);
    if (key == "description") fields.caption = optional_text(value, key);
    if (key == "date") fields.date = optional_text(value, key);
    if (key == "numberLikes") fields.likes = count_of(value, key);
    if (key == "filename") {
      auto [name, list] = first_text(value, key);
      fields.image = std::move(name);
      fields.album |= list;
    }
  }

  void name_creator() {
    const std::string& name = username_.empty() ? alias_ : username_;
    const std::string_view fault = is_broken(name) ? "is not UTF-8" : account_name_fault(name);
    if (!fault.empty()) {
      result_.quarantine_value(-1, fmt::format("the account's name {}", fault));
      return;
    }
    for (ReadPost& read : result_.posts) read.post.creator = name;
    account_.key = name;
    // In this format `alias` is the handle, and `username` what the account calls itself.
    if (!is_broken(alias_) && account_name_fault(alias_).empty()) account_.username = alias_;
    if (!is_broken(username_)) account_.display_name = username_;
    result_.add_account(std::move(account_));
  }

  void finish() {
    if (!has_posts_) result_.quarantine_record(-1, "the profile has no 'posts'");
    if (whole_ < text_.size()) quarantine_rest(simdjson::INCOMPLETE_ARRAY_OR_OBJECT);
  }

  void quarantine_rest(simdjson::error_code error) {
    const bool cut = whole_ < text_.size() || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
    const std::string what =
        cut ? "the file breaks off" : fmt::format("the file is not JSON: {}", simdjson::error_message(error));
    result_.quarantine_record(-1, fmt::format("{} after {} complete posts", what, next_record_));
  }

  std::string_view text_;
  std::size_t capacity_;
  std::size_t whole_;
  bool repaired_;
  json::parser post_parser_;
  std::string post_text_;
  ReadResult result_;
  std::string username_;
  std::string alias_;
  Account account_;
  std::int64_t next_record_ = 0;
  bool has_posts_ = false;
};

/// What must be appended so that simdjson hands out the posts before the place where a file breaks off;
/// nothing for a file that ends as it should.
std::string closing_for(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  std::string padded(text);
  padded.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  json::parser parser;
  const auto error = parser.iterate(padded.data(), padded.size(), padded.capacity()).error();
  // No text or object is open before the bracket in a sound file, so what the file breaks off in never looks
  // whole.
  if (error == simdjson::UNCLOSED_STRING) return "\"]}";
  return last == std::string_view::npos || text[last] != '}' ? "]}" : "";
}

}  // namespace

bool is_profile_json(std::string_view beginning) {
  const auto first = beginning.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && beginning[first] == '{';
}

ReadResult read_profile_json(std::string_view text) {
  // White space behind a file that breaks off would stand inside what it breaks off in.
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  const bool sound = is_utf8(text);
  std::string padded = sound ? std::string(text) : repair_utf8(text, kBrokenBytes);
  const std::size_t whole = padded.size();
  padded += closing_for(padded);
  padded.reserve(padded.size() + simdjson::SIMDJSON_PADDING);
  return ProfileReader(padded, padded.capacity(), whole, !sound).read();
}

}  // namespace shoal
