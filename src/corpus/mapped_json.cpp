// JSON lines, or a list of JSON objects, that the job maps: "user.name" is the field `name` of the object
// `user`.
#include <algorithm>

#include "json_formats.hpp"
#include "mapped_post.hpp"

namespace shoal {
namespace {

/// Any object: it stands behind all that are known by their keys. A profile is none, as a lack in one is its
/// own.
bool recognise(const JsonOutline& outline) {
  return !outline.has("posts") && !outline.has("alias") &&
         (outline.root() == '[' || outline.ends_in_first_line());
}

/// Whether a record has any of the fields that the job names.
bool has_any_field(const FieldValue& record, const ColumnMapping& columns) {
  return std::ranges::any_of(columns, [&](const auto& entry) {
    return value_at_path(record, entry.second).kind != FieldValue::Kind::nothing;
  });
}

void read_record(const JsonRecord& record, ReadResult& result) {
  FieldReader fields("the record's", record.number, result);
  const ReadRules& rules = record.file.rules();
  if (!has_any_field(record.value, rules.columns)) {
    return result.quarantine_record(record.number,
                                    "the record has none of the fields that [corpus.columns] names");
  }
  PostFields post = fields_by_mapping(
      rules, [&](std::string_view path) { return value_at_path(record.value, path); }, fields);
  result.posts.push_back({record.number, post_from_fields(std::move(post), record.number, rules, result)});
}

std::string fault_of(const ReadRules& rules) { return rules.columns.empty() ? std::string(kNoMapping) : ""; }

}  // namespace

const JsonFormat kMappedJson{{}, {}, recognise, read_record, keys_of_mapping, fault_of};

}  // namespace shoal
