// The columns of an export, by which it is known and read.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "mapped_post.hpp"
#include "shoal/corpus/read_result.hpp"
#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// The column of a post's id, which no other program calls so: files that have it are exports.
inline constexpr std::string_view kExportedId = "shoal_post";

/// In the order in which they are written.
std::span<const std::string_view> exported_columns();

/// Whether a column holds lists of texts, in tables as JSON.
bool is_exported_list(std::string_view column);

/// Adds the post that a record holds. It is what was exported: its tags and mentions are those that are
/// listed, whatever its caption has. whose: "the row's".
void read_exported_post(std::string_view whose, const ValueOf& value_of, std::int64_t record,
                        const ReadRules& rules, ReadResult& result);

}  // namespace shoal
