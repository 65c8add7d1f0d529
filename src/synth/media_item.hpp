// Items as Instagram's pages hold them, and as browsers collect them.
#pragma once

#include "formats.hpp"
#include "json_writer.hpp"

namespace shoal {

/// What pages show for likes that are hidden.
inline constexpr std::int64_t kLikesPlaceholder = 3;

/// The fields of an item, into an object that is open.
void write_item_fields(JsonWriter& json, const MadeRecord& record);
/// What Zeeschuimer notes of how it came by an item.
void write_collection_fields(JsonWriter& json, const MadeRecord& record);

}  // namespace shoal
