// Posts of tables and JSON lines that no format of ours is: the job says which column holds what.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "field_value.hpp"
#include "post_fields.hpp"
#include "shoal/corpus/mapping.hpp"
#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// What a column that the job names has in a record; nothing where there is no such column.
using ValueOf = std::function<FieldValue(std::string_view column)>;

/// The fields of a record, by the job's mapping.
PostFields fields_by_mapping(const ReadRules& rules, const ValueOf& value_of, FieldReader& fields);

/// The keys of JSON objects that the mapping names: "user.name" names two.
std::vector<std::string_view> keys_of_mapping(const ReadRules& rules);

/// What lies at a path of keys. In a list each element is followed: "tags.name" is the list of all names.
FieldValue value_at_path(const FieldValue& value, std::string_view path);

}  // namespace shoal
