// Tables and JSON lines of any other program: which of their columns may be which field of a post.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// The keys of [corpus.columns], as docs/inputs.md describes them.
std::span<const std::string_view> mapped_fields();

/// What the names of columns tell.
struct ProposedColumns {
  ColumnMapping columns;
  std::vector<std::string> unplaced;  ///< columns that fit no field, in the order of the file
};

/// Of a table, of JSON lines or of a list of JSON objects that begins like this, without a byte order mark.
/// Nothing where it is none.
std::optional<ProposedColumns> propose_columns(std::string_view beginning);

/// Of a file that a mapping would read, or the first such file in a zip archive; they may be compressed.
/// Throws what opening and reading throws.
std::optional<ProposedColumns> propose_columns_for(const std::filesystem::path& path);

/// How the reasons end of all that a mapping would read.
inline constexpr std::string_view kMappable =
    "[corpus.columns] in the job says which column holds what (shoal check FOLDER proposes it)";

/// What a file is told that no format knows while the job maps no columns.
inline constexpr std::string_view kNoMapping =
    "the file is a table that no known format is; [corpus.columns] in the job says which column holds what "
    "(shoal check FOLDER proposes it)";
static_assert(kNoMapping.ends_with(kMappable));

}  // namespace shoal
