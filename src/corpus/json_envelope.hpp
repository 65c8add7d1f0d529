// Objects that wrap a list of records, as programs answer with one: {"data": [...], "meta": {...}}.
#pragma once

#include <optional>
#include <string_view>

#include "json_formats.hpp"

namespace shoal {

/// The list of objects of which one, among the first, has most of the fields that the job maps: of several
/// such lists the one that is called `data`, else the first. Nothing where no list has an object with more of
/// the fields than the object itself: then it is a record. Lists of objects within the object are looked at
/// where its own are none. text: begins with the object, which may break off.
std::optional<WrappedList> wrapped_list(std::string_view text, const ReadRules& rules);

}  // namespace shoal
