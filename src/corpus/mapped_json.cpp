// JSON lines, or a list of JSON objects, that the job maps: "user.name" is the field `name` of the object
// `user`.
#include <algorithm>
#include <array>

#include "json_envelope.hpp"
#include "json_formats.hpp"
#include "mapped_post.hpp"
#include "readers.hpp"

namespace shoal {
namespace {

/// Whether an object has what nothing but a profile has.
bool is_profile(const JsonOutline& outline) {
  constexpr auto kOfProfiles =
      std::to_array<std::string_view>({"descriptionProfile", "numberFollowers", "numberFollowing",
                                       "numberPosts", "urlImgProfile", "urlProfile"});
  constexpr auto kOfPosts = std::to_array<std::string_view>(
      {"isVideo", "localization", "multipleImage", "numberLikes", "urlImage"});
  const auto has = [&](int depth) { return [&outline, depth](auto key) { return outline.has(depth, key); }; };
  return std::ranges::any_of(kOfProfiles, has(1)) ||
         (outline.has_list(1, "posts") && (outline.has(1, "alias") || std::ranges::any_of(kOfPosts, has(3))));
}

/// Whether it has what is common to profiles and others.
bool may_be_profile(const JsonOutline& outline) { return outline.has(1, "posts") || outline.has(1, "alias"); }

/// Any list and any object: this stands behind all that are known by their keys. A single object in a line
/// that may be a profile is a document.
bool recognise(const JsonOutline& outline) {
  if (outline.root() == '[') return true;
  return !is_profile(outline) && (!may_be_profile(outline) || outline.is_followed());
}

/// How many of the fields that the job names a record has.
std::ptrdiff_t count_fields(const FieldValue& record, const ColumnMapping& columns) {
  return std::ranges::count_if(columns, [&](const auto& entry) {
    return value_at_path(record, entry.second).kind != FieldValue::Kind::nothing;
  });
}

void read_record(const JsonRecord& record, ReadResult& result) {
  FieldReader fields("the record's", record.number, result);
  const ReadRules& rules = record.file.rules();
  const std::ptrdiff_t has = count_fields(record.value, rules.columns);
  // No list fits better than a record that has all fields, and what lies in a wrapped list wraps no other.
  const bool may_wrap = record.list.empty() && has < std::ssize(rules.columns);
  if (may_wrap && wrapped_list(record.text, rules))
    return result.append(read_json_document(kMappedJson, record.text, record.file));
  if (has == 0) {
    return result.quarantine_record(record.number,
                                    "the record has none of the fields that [corpus.columns] names");
  }
  PostFields post = fields_by_mapping(
      rules, [&](std::string_view path) { return value_at_path(record.value, path); }, fields);
  result.posts.push_back({record.number, post_from_fields(std::move(post), record.number, rules, result)});
}

/// Whether the job's mapping is of what a document begins with.
bool fits(std::string_view text, const JsonOutline& outline, const ReadRules& rules) {
  const int record = outline.root() == '[' ? 2 : 1;
  const bool has_field = std::ranges::any_of(keys_of_mapping(rules),
                                             [&](std::string_view key) { return outline.has(record, key); });
  return has_field || wrapped_list(text.substr(text.find_first_of("{[")), rules).has_value();
}

ReadResult as_profile(std::string_view text, const InputFile& file) {
  ReadResult result = read_profile_json(text, file);
  result.format = kProfileJson;
  return result;
}

std::string fault_of(const ReadRules& rules) { return rules.columns.empty() ? std::string(kNoMapping) : ""; }

}  // namespace

bool is_mapped_document(const JsonOutline& outline) { return outline.root() != '\0' && !is_profile(outline); }

const JsonFormat kMappedJson{.keys = {},
                             .lists = {},
                             .recognise = recognise,
                             .read = read_record,
                             .more_keys = keys_of_mapping,
                             .fault = fault_of,
                             .wrapped = wrapped_list};

ReadResult read_mapped_json_lines(const LineRange& range) {
  const bool mapped = !range.file.rules().columns.empty();
  if (!mapped && lies_in_meta_export(range.file.relative)) return pass_over_in_meta_export();
  return read_json_lines(kMappedJson, range);
}

ReadResult read_mapped_json(std::string_view text, const InputFile& file) {
  const ReadRules& rules = file.rules();
  const JsonOutline outline(text.substr(0, kRecognisedBytes));
  if (!fits(text, outline, rules)) {
    if (may_be_profile(outline)) return as_profile(text, file);
    if (lies_in_meta_export(file.relative)) return pass_over_in_meta_export();
    // An object that wraps no list may lack all that makes it a profile.
    if (rules.columns.empty() && outline.root() == '{' && !outline.has_any(3)) return as_profile(text, file);
  }
  return read_json_document(kMappedJson, text, file);
}

}  // namespace shoal
