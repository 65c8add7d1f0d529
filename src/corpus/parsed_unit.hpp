// A unit after reading and filtering; what needs the rest of its file is settled later.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "file_ranges.hpp"
#include "read_unit.hpp"
#include "row_order.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

/// A post that a rule leaves out. It may be the newest record of one that would stay.
struct RefusedPost {
  std::int64_t record = 0;      ///< in the unit, until it is settled
  std::int64_t precedence = 0;  ///< among records of one post
  std::string_view rule;
  std::string id;           ///< empty while file and record alone would tell it
  std::string creator;      ///< empty unless it has faults
  bool has_faults = false;  ///< whether values of it were left out
};

struct ParsedUnit {
  std::string format;  ///< the name of its reader; empty where no reader knew it
  UnitSummary summary;
  std::vector<Post> posts;  ///< those that pass the filter, in record order
  std::vector<Account> accounts;
  std::vector<QuarantineRow> quarantine;
  std::vector<RefusedPost> refused;  ///< those that do not, and have an id of their own or faults, likewise
  std::int64_t read = 0;
  std::map<std::string, std::int64_t> filtered_by;  ///< by rule
  std::int64_t forgotten = 0;                       ///< of these
  std::int64_t quarantined = 0;
  bool ignored = false;                            ///< whether the unit turned out to be no input
  std::vector<ValuesOfRecord> quarantined_values;  ///< also those that have no row, as the file has too many
  std::vector<std::int64_t> records;  ///< of each post: its number, in the unit until it is settled
};

/// Never throws for what the unit holds, or because it is no file. Throws UnavailableError where it cannot be
/// had. inside: as read_unit has it.
ParsedUnit parse(const Unit& unit, const ReadSettings& settings, std::optional<bool> inside = false);

/// The same of what was read of a unit already.
ParsedUnit keep_posts_of(const Unit& unit, UnitContent content, const KeepRule& keep);

/// Gives a unit's records the numbers that they have in their file, and ids that are made of these; of the
/// file's quarantine rows those behind kMostRowsOfAFile are dropped. Its summary has the file's
/// digest.
void settle(ParsedUnit& parsed, const PlaceInFile& place);

std::vector<UnitSummary*> summaries_of(std::vector<ParsedUnit>& parsed);

/// Writes into each post of a settled unit the file that it comes from.
void note_sources(ParsedUnit& parsed);

/// Takes out of a settled unit what was asked to be forgotten, what its quarantine says of it, and where
/// posts that stay mention it.
void forget(ParsedUnit& parsed, const Forgotten& forgotten);

/// How many values of the unit were left out.
std::int64_t count_quarantined_values(const ParsedUnit& parsed);

}  // namespace shoal
