// Posts of tables and JSON lines that no format of ours is: the job says which column holds what.
#pragma once

#include <functional>
#include <string_view>

#include "field_value.hpp"
#include "post_fields.hpp"
#include "shoal/corpus/mapping.hpp"
#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// What a column that the job names has in a record; nothing where there is no such column.
using ValueOf = std::function<FieldValue(std::string_view column)>;

/// The fields of a record, by the job's mapping.
PostFields fields_by_mapping(const ReadRules& rules, const ValueOf& value_of, FieldReader& fields);

}  // namespace shoal
