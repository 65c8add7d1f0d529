// A unit after reading and filtering; what needs the rest of its file is settled later.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "read_unit.hpp"
#include "row_order.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

struct ParsedUnit {
  UnitSummary summary;
  std::vector<Post> posts;  ///< those that pass the filter, in record order
  std::vector<Account> accounts;
  std::vector<QuarantineRow> quarantine;
  std::int64_t read = 0;
  std::int64_t filtered = 0;
  std::int64_t quarantined = 0;
  std::int64_t quarantined_values = 0;  ///< also those that have no row, as the file has too many
  /// Posts without a shortcode: place among `posts`, and record number in the unit. Their ids are made of the
  /// file's digest and the record number in the file.
  std::vector<std::pair<std::size_t, std::int64_t>> without_id;
};

/// Never throws for what the unit holds, or because it is no file. Throws UnavailableError where it cannot be
/// had.
ParsedUnit parse(const Unit& unit, const KeepRule& keep, std::span<const PostReader> readers);

/// The same of what was read of a unit already.
ParsedUnit keep_posts_of(const Unit& unit, UnitContent content, const KeepRule& keep);

/// Gives a unit's records the numbers that they have in their file, and ids that are made of these; of the
/// file's quarantine rows those behind kMostRowsOfAFile are dropped. digest: of the file.
void settle(ParsedUnit& parsed, const PlaceInFile& place, const std::string& digest);

}  // namespace shoal
