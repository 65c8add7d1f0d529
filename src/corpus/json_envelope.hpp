// Objects that wrap a list of records, as programs answer with one: {"data": [...], "meta": {...}}.
#pragma once

#include <optional>
#include <string_view>

#include "json_formats.hpp"

namespace shoal {

/// The list of objects of which the first has most of the fields that the job maps: of several such the one
/// that is called `data`, else the first. Lists of objects within the object are looked at where it has none
/// itself. Nothing where no list has any of the fields, or the object has one itself: then it is a record.
/// text: begins with the object, which may break off.
std::optional<WrappedList> wrapped_list(std::string_view text, const ReadRules& rules);

}  // namespace shoal
