// Profile JSON: one file an account, its posts in the array `posts`.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <new>

#include "account_names.hpp"
#include "addresses.hpp"
#include "field_value.hpp"
#include "json_text.hpp"
#include "json_value.hpp"
#include "post_fields.hpp"
#include "profile_pieces.hpp"
#include "readers.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

namespace json = simdjson::ondemand;

class PostParser {
 public:
  explicit PostParser(const ReadRules& rules) : rules_(rules) {}

  /// raw: an object.
  void read(std::string_view raw, std::int64_t record, const JsonValueReader& values, ReadResult& result) {
    try {
      // Parsed by itself: what is wrong in one post cannot disturb the next.
      text_.assign(raw);
      text_.reserve(raw.size() + simdjson::SIMDJSON_PADDING);
      auto document = parser_.iterate(text_.data(), text_.size(), text_.capacity());
      FieldReader fields("the post's", record, result);
      PostFields post;
      for (auto field : document.get_object()) {
        read_field(post, fields, values, std::move(field).take_value());
      }
      result.posts.push_back({record, post_from_fields(std::move(post), record, rules_, result)});
    } catch (const simdjson::simdjson_error& error) {
      if (error.error() == simdjson::MEMALLOC) throw std::bad_alloc();
      result.quarantine_record(record, fmt::format("the post is not JSON: {}", error.what()));
    }
  }

 private:
  static std::vector<std::string> image_names(FieldReader& fields, std::string_view key,
                                              const FieldValue& value) {
    std::string first = fields.first_word(key, value);
    if (first.empty()) return {};
    if (value.kind != FieldValue::Kind::list) return {std::move(first)};
    return fields.texts(key, value);
  }

  static void read_field(PostFields& post, FieldReader& fields, const JsonValueReader& values,
                         json::field field) {
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return;
    const auto value = [&] { return values.read(field.value()); };
    if (key == "url") post.url = fields.word(key, value());
    if (key == "urlImage") {
      const FieldValue urls = value();
      post.image_url = fields.first_word(key, urls);
      post.album |= !urls.elements.empty();
    }
    if (key == "isVideo") post.video = fields.truth(key, value());
    if (key == "multipleImage") post.album |= fields.truth(key, value());
    if (key == "tags") post.tags = fields.texts(key, value());
    if (key == "mentions") post.mentions = fields.texts(key, value());
    if (key == "description") post.caption = fields.text(key, value());
    if (key == "localization") post.place.name = fields.word(key, value());
    if (key == "date") post.time.text = fields.word(key, value());
    if (key == "numberLikes") post.likes = fields.count(key, value());
    if (key == "filename") {
      const FieldValue names = value();
      post.images = image_names(fields, key, names);
      post.album |= !names.elements.empty();
    }
  }

  const ReadRules& rules_;
  json::parser parser_;
  std::string text_;
};

class ProfileReader {
 public:
  /// cut_out: what was read of so many posts for which something else stands in the text, by their place
  /// among them.
  explicit ProfileReader(const JsonText& file, const ReadRules& rules, ReadResult cut_out = {},
                         std::int64_t count = 0)
      : posts_(rules),
        text_(file.text),
        capacity_(file.text.capacity()),
        whole_(file.whole),
        values_(file.repaired),
        cut_out_(std::move(cut_out)),
        cut_out_count_(count) {
    // They are many: they stay where they are, and are numbered anew.
    result_.posts = std::move(cut_out_.posts);
  }

  ReadResult read() {
    try {
      json::parser parser;
      json::document document = parser.iterate(text_.data(), text_.size(), capacity_);
      for (auto field : document.get_object()) read_field(std::move(field).take_value());
      finish(document);
    } catch (const simdjson::simdjson_error& error) {
      if (error.error() == simdjson::MEMALLOC) throw std::bad_alloc();
      quarantine_rest(error.error());
    }
    drop_posts_not_met();
    name_account();
    return std::move(result_);
  }

 private:
  void read_field(json::field field) {
    std::string_view key;
    if (field.unescaped_key().get(key) != simdjson::SUCCESS) return;
    if (key == "posts") return read_posts_of(field.value());
    FieldReader fields("the profile's", -1, result_);
    const auto value = [&] { return values_.read(field.value()); };
    if (key == "alias") alias_ = fields.word(key, value());
    if (key == "urlProfile") address_ = fields.word(key, value());
    if (key == "username") display_name_ = fields.word(key, value());
    if (key == "numberFollowers") account_.followers = fields.count(key, value());
    if (key == "numberFollowing") account_.followees = fields.count(key, value());
    if (key == "numberPosts") account_.posts = fields.count(key, value());
  }

  void read_posts_of(json::value posts) {
    has_posts_ = true;
    json::array list;
    if (posts.get_array().get(list) != simdjson::SUCCESS) {
      result_.quarantine_record(-1, "the profile cannot be read: 'posts' is not a list");
      return;
    }
    for (auto element : list) read_element(element.value());
  }

  void read_element(json::value element) {
    const std::string_view token = element.raw_json_token();
    // What separates elements, or ends their list, is none: the file breaks here.
    if (std::string_view("}],:").find(token.front()) != std::string_view::npos)
      throw simdjson::simdjson_error(simdjson::TAPE_ERROR);
    if (token.front() == '{') {
      read_object(object_at(token));
    } else {
      result_.quarantine_record(next_record_++, "the post is not an object");
    }
    // The loop over the list goes on behind the element, whatever is in it.
  }

  /// The text of the object that a token begins. Throws where the file breaks off in it.
  [[nodiscard]] std::string_view object_at(std::string_view token) const {
    const auto begin = static_cast<std::size_t>(token.data() - text_.data());
    const std::size_t bytes = end_of_brackets(text_.substr(begin));
    // One that ends in what was appended does not end in the file.
    if (begin + bytes > whole_) throw simdjson::simdjson_error(simdjson::INCOMPLETE_ARRAY_OR_OBJECT);
    return text_.substr(begin, bytes);
  }

  void read_object(std::string_view raw) {
    const CutPosts behind = posts_behind(raw);
    const std::int64_t end = behind.first + behind.count;
    // A file may hold the same by itself; of what was cut out each post is met once.
    if (behind.count > 0 && next_place_ <= behind.first && end <= cut_out_count_) {
      for (next_place_ = behind.first; next_place_ < end; ++next_place_) take_cut_out(next_place_);
    } else {
      drop_posts_not_met();
      posts_.read(raw, next_record_++, values_, result_);
    }
  }

  /// Takes over what was read of a post that was cut out.
  void take_cut_out(std::int64_t place) {
    const std::int64_t record = next_record_++;
    if (ReadPost* const read = next_of(place, result_.posts, next_post_)) {
      ReadPost& kept = result_.posts[posts_met_++];
      if (read != &kept) kept = std::move(*read);
      kept.record = record;
    } else {
      ++result_.quarantined_records;
    }
    while (auto* row = next_of(place, cut_out_.quarantined, next_row_))
      result_.add_row(row->kind, record, std::move(row->reason));
    while (auto* values = next_of(place, cut_out_.quarantined_values, next_values_))
      result_.quarantined_values.push_back({record, values->values});
  }

  /// The parser stops before what breaks a file; the cutter does not.
  void drop_posts_not_met() {
    if (next_post_ == kNoMore) return;
    result_.posts.resize(posts_met_);
    next_post_ = kNoMore;
  }

  /// The next of some things by rising record that is of this one; null if there is none.
  template <class OfRecord>
  static OfRecord* next_of(std::int64_t record, std::vector<OfRecord>& all, std::size_t& next) {
    while (next < all.size() && all[next].record < record) ++next;
    return next < all.size() && all[next].record == record ? &all[next++] : nullptr;
  }

  /// In this format `alias` is the handle, and `username` what the account calls itself.
  void name_account() {
    std::string handle = usable_account_name(alias_, -1, result_);
    if (handle.empty()) handle = usable_account_name(handle_in_address(address_), -1, result_);
    account_.display_name = usable_display_name(display_name_, -1, result_);
    if (handle.empty() && !account_.display_name.empty()) {
      result_.quarantine_value(-1,
                               "the profile has a display name, 'username', but no handle in 'alias' or "
                               "'urlProfile': its posts have no account");
    }
    for (ReadPost& read : result_.posts) {
      read.post.creator = handle;
      read.post.creator_name = account_.display_name;
    }
    account_.key = account_.username = handle;
    result_.add_account(std::move(account_));
  }

  void finish(json::document& document) {
    if (!has_posts_) result_.quarantine_record(-1, "the profile has no 'posts'");
    const char* next = nullptr;
    // A profile that ends where something of the file follows is whole, whatever was appended behind that.
    if (document.current_location().get(next) == simdjson::SUCCESS && next < text_.data() + whole_) {
      result_.quarantine_record(-1, "something follows the profile, and is not read; one profile a file is");
    } else if (whole_ < text_.size()) {
      quarantine_rest(simdjson::INCOMPLETE_ARRAY_OR_OBJECT);
    }
  }

  void quarantine_rest(simdjson::error_code error) {
    const bool cut = whole_ < text_.size() || error == simdjson::INCOMPLETE_ARRAY_OR_OBJECT;
    const std::string what =
        cut ? "the file breaks off" : fmt::format("the file is not JSON: {}", simdjson::error_message(error));
    result_.quarantine_record(-1,
                              fmt::format("{} after {} elements of its list of posts", what, next_record_));
  }

  PostParser posts_;
  std::string_view text_;
  std::size_t capacity_;
  std::size_t whole_;
  JsonValueReader values_;
  static constexpr std::size_t kNoMore = std::numeric_limits<std::size_t>::max();

  ReadResult cut_out_;  ///< but its posts
  std::int64_t cut_out_count_;
  std::int64_t next_place_ = 0;  ///< among what was cut out
  std::size_t posts_met_ = 0;    ///< of these
  std::size_t next_post_ = 0;
  std::size_t next_row_ = 0;
  std::size_t next_values_ = 0;
  ReadResult result_;
  std::string alias_;
  std::string address_;
  std::string display_name_;
  Account account_;
  std::int64_t next_record_ = 0;
  bool has_posts_ = false;
};

/// What is read of a text that is gone through once. repaired: whether bytes that are not UTF-8 are known to
/// be in it.
struct PiecewiseProfile {
  ReadResult cut_out;
  std::int64_t count = 0;  ///< of posts that were cut out
  std::string rest;
  bool repaired = false;
  bool needs_repaired = false;  ///< whether a post would have been read otherwise had that been known
};

PiecewiseProfile read_once(const TextPieces& text, const ReadRules& rules, bool repaired) {
  PiecewiseProfile profile{.cut_out = {}, .count = 0, .rest = {}, .repaired = repaired};
  PostParser posts(rules);
  ProfileCutter cutter([&](const CutPost& post) {
    const bool sound = is_utf8(post.text);
    profile.needs_repaired |= !repaired && sound && post.text.find(kBrokenBytes) != post.text.npos;
    posts.read(readable_object(post.text, post.has_controls), profile.count++,
               JsonValueReader(repaired || !sound), profile.cut_out);
  });
  Utf8Pieces utf8;
  std::int64_t offset = 0;
  for (std::string_view piece = text(0); !piece.empty(); piece = text(offset)) {
    offset += std::ssize(piece);
    utf8.add(piece);
    cutter.add(piece);
  }
  profile.repaired |= !utf8.is_whole();
  profile.rest = cutter.finish();
  return profile;
}

}  // namespace

bool is_profile_json(const FileBeginning& file) {
  const std::string_view beginning = file.text();
  const auto first = beginning.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && beginning[first] == '{';
}

ReadResult read_profile_json(std::string_view text, const InputFile& file) {
  return ProfileReader(readable_json(text), file.rules()).read();
}

ReadResult read_profile_pieces(const TextPieces& text, const InputFile& file) {
  PiecewiseProfile profile = read_once(text, file.rules(), false);
  if (profile.needs_repaired && profile.repaired) profile = read_once(text, file.rules(), true);
  JsonText rest = readable_json(profile.rest);
  rest.repaired |= profile.repaired;
  return ProfileReader(rest, file.rules(), std::move(profile.cut_out), profile.count).read();
}

}  // namespace shoal
