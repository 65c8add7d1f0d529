// Cutting a listed file into the units that read it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// Appends the units of a listed file or path: itself, or ranges of range_bytes (the last one shorter) if it
/// is larger than that and of a format that is read by lines. Where cuts lie depends on the file alone, never
/// on how many ranks there are. range_bytes: 1 to kLongestLine.
void cut_into_ranges(Unit file, std::span<const PostReader> readers, std::int64_t range_bytes,
                     std::vector<Unit>& units);

}  // namespace shoal
