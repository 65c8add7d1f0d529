// From a unit's bytes to records, by the reader that its kind and its format ask for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "post_digest.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// What a unit's bytes give.
struct UnitContent {
  ReadResult result;
  Digest digest{};      ///< of a file or path; of a range only its pieces are known
  PieceDigests pieces;  ///< of a range: of those that begin in it
  std::int64_t bytes = 0;
};

/// Whether the unit is a part of a file.
inline bool is_range(const Unit& unit) { return unit.file_bytes > 0; }

/// Throws InputError for what cannot be opened or read. Bad bytes do not throw: they are in quarantine.
/// inside: of a range, what RecordStarts must know of what stands before it; nothing where that could not be
/// read.
UnitContent read_unit(const Unit& unit, std::span<const PostReader> readers, const ReadRules& rules = {},
                      std::optional<bool> inside = false);

}  // namespace shoal
