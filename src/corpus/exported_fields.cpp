// From the columns of an export to the post that they were written of.
#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "account_names.hpp"
#include "excerpt.hpp"
#include "exported_columns.hpp"
#include "post_fields.hpp"

namespace shoal {
namespace {

class ExportReader {
 public:
  ExportReader(std::string_view whose, const ValueOf& value_of, std::int64_t record, ReadResult& result)
      : value_of_(value_of), fields_(whose, record, result), record_(record), result_(result) {}

  // What would be nothing elsewhere, such as a handle "none", is what it says: nothing was written as such.
  std::string text(std::string_view column) { return fields_.text(column, value_of_(column)); }
  std::vector<std::string> list(std::string_view column) { return fields_.texts(column, value_of_(column)); }
  double real(std::string_view column) { return fields_.real(column, value_of_(column)); }
  std::optional<std::int64_t> time(std::string_view column) {
    return fields_.time(column, value_of_(column));
  }

  std::optional<bool> truth(std::string_view column) {
    const FieldValue value = value_of_(column);
    if (value.kind == FieldValue::Kind::nothing) return std::nullopt;
    return fields_.truth(column, value);
  }

  /// A number, or why there is none.
  Count count(std::string_view column) {
    const Count count = fields_.count(column, value_of_(column));
    if (count.missing != Missing::not_exported) return count;
    const std::string reason = std::string(column) + "_missing";
    const auto word = fields_.one_of(reason, value_of_(reason), kMissingWords);
    return word ? Count{0, static_cast<Missing>(*word + 1)} : count;
  }

  MediaKind media(std::string_view column) {
    const auto word = fields_.one_of(column, value_of_(column), kMediaWords);
    return word ? static_cast<MediaKind>(*word) : MediaKind::image;
  }

  /// It stands in front of names of accounts.
  std::string platform() {
    std::string platform = text("platform");
    if (platform.empty()) return std::string(kInstagram);
    const std::string_view fault = account_name_fault(platform);
    if (fault.empty()) return platform;
    result_.quarantine_value(record_, fmt::format("the platform {} {}", in_quotes(platform), fault));
    return std::string(kInstagram);
  }

 private:
  const ValueOf& value_of_;
  FieldReader fields_;
  std::int64_t record_;
  ReadResult& result_;
};

TimeFields time_fields(std::string text) {
  // A day alone was written where no more is known.
  const bool is_day = text.find(':') == text.npos;
  return {.text = std::move(text), .of_text = is_day ? TimePrecision::day : TimePrecision::second};
}

}  // namespace

void read_exported_post(std::string_view whose, const ValueOf& value_of, std::int64_t record,
                        const ReadRules& rules, ReadResult& result) {
  ExportReader from(whose, value_of, record, result);
  PostFields post;
  post.told_id = from.text(kExportedId);
  post.platform = from.platform();
  post.shortcode = from.text("shortcode");
  post.caption = from.text("caption");
  post.lists_are_whole = true;
  post.tags = from.list("tags");
  post.mentions = from.list("mentions");
  post.time = time_fields(from.text("taken_at"));
  post.doubtful_time = from.truth("taken_at_doubtful");
  post.collected_at = from.time("collected_at");
  post.likes = from.count("likes");
  post.comments = from.count("comments");
  post.plays = from.count("plays");
  const MediaKind media = from.media("media");
  post.video = media == MediaKind::video;
  post.album = media == MediaKind::album;
  post.images = from.list("image");
  post.image_url = from.text("image_url");
  post.place.name = from.text("place");
  post.place.latitude = from.real("latitude");
  post.place.longitude = from.real("longitude");
  post.author.handle = from.text("creator");
  post.author.id = from.text("creator_id");
  post.author.display_name = from.text("creator_name");
  post.author.followers = from.count("creator_followers");
  post.author.followees = from.count("creator_followees");
  post.author.posts = from.count("creator_posts");
  result.posts.push_back({record, post_from_fields(std::move(post), record, rules, result)});
}

}  // namespace shoal
