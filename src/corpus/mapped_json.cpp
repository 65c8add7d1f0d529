// JSON lines, or a list of JSON objects, that the job maps: "user.name" is the field `name` of the object `user`.
#include <algorithm>

#include "json_formats.hpp"
#include "mapped_post.hpp"

namespace shoal {
namespace {

/// Any object: it stands behind all that are known by their keys. A profile is none, as a lack in one is its own.
bool recognise(const JsonOutline& outline) {
  return !outline.has("posts") && !outline.has("alias") && (outline.root() == '[' || outline.ends_in_first_line());
}

std::vector<std::string_view> keys_of(const ReadRules& rules) {
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

/// What lies at a path of keys. In a list each element is followed: "tags.name" is the list of all names.
FieldValue value_at(const FieldValue& value, std::string_view path) {
  if (path.empty()) return value;
  if (value.kind == FieldValue::Kind::list) {
    FieldValue list{FieldValue::Kind::list};
    for (const FieldValue& element : value.elements) list.elements.push_back(value_at(element, path));
    return list;
  }
  const std::size_t end = std::min(path.find('.'), path.size());
  return value_at(value.at(path.substr(0, end)), path.substr(std::min(end + 1, path.size())));
}

void read_record(const JsonRecord& record, ReadResult& result) {
  FieldReader fields("the record's", record.number, result);
  const ReadRules& rules = record.file.rules();
  PostFields post = fields_by_mapping(
      rules, [&](std::string_view path) { return value_at(record.value, path); }, fields);
  result.posts.push_back({record.number, post_from_fields(std::move(post), record.number, rules, result)});
}

std::string fault_of(const ReadRules& rules) { return rules.columns.empty() ? std::string(kNoMapping) : ""; }

}  // namespace

const JsonFormat kMappedJson{{}, {}, recognise, read_record, keys_of, fault_of};

}  // namespace shoal
