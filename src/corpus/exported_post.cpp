// What each column holds, and how CSV and JSON write it.
#include "shoal/corpus/exported_post.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <optional>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "account_names.hpp"
#include "exported_columns.hpp"
#include "post_fields.hpp"
#include "shoal/base/json_escapes.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/dates.hpp"

namespace shoal {
namespace {

using Texts = std::vector<std::string>;
/// An empty text and an empty list are nothing.
using Value = std::variant<std::monostate, std::string, std::int64_t, double, bool, Texts>;

struct Column {
  std::string_view name;
  Value (*value)(const ExportedPost& exported);
};

/// Empty where pseudonyms hide whose post it is: these are ids without a colon.
std::string_view platform_of(const Post& post) {
  if (!post.platform.empty()) return post.platform;
  const bool is_hidden = post.shortcode.empty() && post.id.find(':') == post.id.npos;
  return is_hidden ? std::string_view() : kInstagram;
}

/// The creator without the platform, which has a column of its own.
std::string_view name_on_platform(const Post& post) { return name_in_key(post.creator, post.platform); }

std::vector<std::string> mentions_on_platform(const Post& post) {
  std::vector<std::string> names;
  for (const std::string& key : post.mentions) names.emplace_back(name_in_key(key, post.platform));
  return names;
}

std::string handle_of(const ExportedPost& exported) {
  const std::string_view name = name_on_platform(exported.post);
  return name.starts_with(kAccountNumber) ? std::string() : std::string(name);
}

std::string number_of(const ExportedPost& exported) {
  const std::string_view name = name_on_platform(exported.post);
  return name.starts_with(kAccountNumber) ? std::string(name.substr(kAccountNumber.size()))
                                          : exported.creator_id;
}

Value number_in(const Count& count) { return count.known() ? Value(count.value) : Value(); }

/// Why it is missing. That the source does not tell it is the rule.
Value reason_in(const Count& count) {
  if (count.known()) return {};
  return std::string(kMissingWords[static_cast<std::size_t>(count.missing) - 1]);
}

template <Count Post::*count>
constexpr auto kNumber = [](const ExportedPost& e) { return number_in(e.post.*count); };
template <Count Post::*count>
constexpr auto kReason = [](const ExportedPost& e) { return reason_in(e.post.*count); };
template <Count ExportedPost::*count>
constexpr auto kNumberOfCreator = [](const ExportedPost& e) { return number_in(e.*count); };
template <Count ExportedPost::*count>
constexpr auto kReasonOfCreator = [](const ExportedPost& e) { return reason_in(e.*count); };

Value taken_at(const ExportedPost& exported) {
  const Post& post = exported.post;
  if (post.taken_at_precision == TimePrecision::none) return {};
  return post.taken_at_precision == TimePrecision::day ? day_text(post.taken_at) : time_text(post.taken_at);
}

/// The first slide before the others, also where it has no name.
Value images_of(const ExportedPost& exported) {
  const Post& post = exported.post;
  if (post.image.empty() && post.further_images.empty()) return {};
  Texts images{post.image};
  images.insert(images.end(), post.further_images.begin(), post.further_images.end());
  return images;
}

Value real(double number) { return std::isnan(number) ? Value() : Value(number); }

constexpr std::array kColumns{
    Column{kExportedId, [](const ExportedPost& e) -> Value { return e.post.id; }},
    Column{"platform", [](const ExportedPost& e) -> Value { return std::string(platform_of(e.post)); }},
    Column{"shortcode", [](const ExportedPost& e) -> Value { return e.post.shortcode; }},
    Column{"url",
           [](const ExportedPost& e) -> Value {
             return e.post.shortcode.empty() ? "" : "https://www.instagram.com/p/" + e.post.shortcode + "/";
           }},
    Column{"creator", [](const ExportedPost& e) -> Value { return handle_of(e); }},
    Column{"creator_id", [](const ExportedPost& e) -> Value { return number_of(e); }},
    Column{"creator_name", [](const ExportedPost& e) -> Value { return e.post.creator_name; }},
    Column{"creator_followers", kNumberOfCreator<&ExportedPost::creator_followers>},
    Column{"creator_followers_missing", kReasonOfCreator<&ExportedPost::creator_followers>},
    Column{"creator_followees", kNumberOfCreator<&ExportedPost::creator_followees>},
    Column{"creator_followees_missing", kReasonOfCreator<&ExportedPost::creator_followees>},
    Column{"creator_posts", kNumberOfCreator<&ExportedPost::creator_posts>},
    Column{"creator_posts_missing", kReasonOfCreator<&ExportedPost::creator_posts>},
    Column{"taken_at", taken_at},
    Column{"taken_at_doubtful", [](const ExportedPost& e) -> Value { return e.post.taken_at_doubtful; }},
    Column{"collected_at",
           [](const ExportedPost& e) -> Value {
             return e.post.collected_at == 0 ? Value() : Value(time_text(e.post.collected_at));
           }},
    Column{"caption", [](const ExportedPost& e) -> Value { return e.post.caption; }},
    Column{"tags", [](const ExportedPost& e) -> Value { return e.post.tags; }},
    Column{"mentions", [](const ExportedPost& e) -> Value { return mentions_on_platform(e.post); }},
    Column{"likes", kNumber<&Post::likes>},
    Column{"likes_missing", kReason<&Post::likes>},
    Column{"comments", kNumber<&Post::comments>},
    Column{"comments_missing", kReason<&Post::comments>},
    Column{"plays", kNumber<&Post::plays>},
    Column{"plays_missing", kReason<&Post::plays>},
    Column{"media",
           [](const ExportedPost& e) -> Value {
             return std::string(kMediaWords[static_cast<std::size_t>(e.post.media)]);
           }},
    Column{"image", images_of},
    Column{"image_url", [](const ExportedPost& e) -> Value { return e.post.image_url; }},
    Column{"place", [](const ExportedPost& e) -> Value { return e.post.place.name; }},
    Column{"latitude", [](const ExportedPost& e) -> Value { return real(e.post.place.latitude); }},
    Column{"longitude", [](const ExportedPost& e) -> Value { return real(e.post.place.longitude); }},
    // A name of a file may be of any bytes, and one text that is not UTF-8 spoils a JSON line.
    Column{"source_file", [](const ExportedPost& e) -> Value { return terminal_text(e.post.source_file); }},
    Column{"source_record",
           [](const ExportedPost& e) -> Value { return e.post.record < 0 ? Value() : Value(e.post.record); }},
};

void append_json_text(std::string_view text, std::string& row) {
  row += '"';
  append_json_escaped(text, row);
  row += '"';
}

void append_json_list(const Texts& texts, std::string& row) {
  row += '[';
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) row += ',';
    append_json_text(texts[i], row);
  }
  row += ']';
}

void append_cell(std::string_view text, std::string& row) {
  if (text.find_first_of(",\"\r\n") == text.npos) {
    row += text;
    return;
  }
  row += '"';
  for (const char c : text) {
    if (c == '"') row += '"';
    row += c;
  }
  row += '"';
}

/// A number or a truth value, which both forms write alike.
template <class Plain>
void append_plain(const Plain& value, std::string& row) {
  fmt::format_to(std::back_inserter(row), "{}", value);
}

void append_to_csv(const Value& value, std::string& row) {
  std::visit(
      [&]<class Kind>(const Kind& held) {
        if constexpr (std::is_same_v<Kind, std::string>) {
          append_cell(held, row);
        } else if constexpr (std::is_same_v<Kind, Texts>) {
          std::string list;
          if (!held.empty()) append_json_list(held, list);
          append_cell(list, row);
        } else if constexpr (!std::is_same_v<Kind, std::monostate>) {
          append_plain(held, row);
        }
      },
      value);
}

void append_to_json(const Value& value, std::string& row) {
  std::visit(
      [&]<class Kind>(const Kind& held) {
        if constexpr (std::is_same_v<Kind, std::monostate>) {
          row += "null";
        } else if constexpr (std::is_same_v<Kind, std::string>) {
          held.empty() ? row += "null" : (append_json_text(held, row), row);
        } else if constexpr (std::is_same_v<Kind, Texts>) {
          append_json_list(held, row);
        } else {
          append_plain(held, row);
        }
      },
      value);
}

std::string csv_row(const ExportedPost& exported) {
  std::string row;
  for (const Column& column : kColumns) {
    append_to_csv(column.value(exported), row);
    row += ',';
  }
  row.pop_back();
  return row + "\r\n";
}

std::string json_row(const ExportedPost& exported) {
  std::string row;
  for (const Column& column : kColumns) {
    row += row.empty() ? "{\"" : ",\"";
    row += column.name;
    row += "\":";
    append_to_json(column.value(exported), row);
  }
  return row + "}\n";
}

}  // namespace

std::span<const std::string_view> exported_columns() {
  static const auto kNames = [] {
    std::array<std::string_view, kColumns.size()> names;
    std::ranges::transform(kColumns, names.begin(), &Column::name);
    return names;
  }();
  return kNames;
}

bool is_exported_list(std::string_view column) {
  return column == "tags" || column == "mentions" || column == "image";
}

std::string export_heading(ExportForm form) {
  return form == ExportForm::csv ? fmt::format("{}\r\n", fmt::join(exported_columns(), ",")) : std::string();
}

std::string export_row(const ExportedPost& exported, ExportForm form) {
  return form == ExportForm::csv ? csv_row(exported) : json_row(exported);
}

}  // namespace shoal
