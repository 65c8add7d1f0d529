// The one table of what a job file may ask for: a feature kind, a method of grouping, a map is one row.
#pragma once

#include <set>
#include <span>
#include <string>
#include <string_view>

#include "pipeline/engine/stage_list.hpp"
#include "pipeline/job/section.hpp"

namespace shoal {

/// What a maker sees of the job around an entry.
struct EntryContext {
  const Job& job;
  StageList& stages;                  ///< so far; a maker adds its own
  const std::set<std::string>& sets;  ///< names of all [features.NAME] in the file, also of later ones

  /// Throws UsageError, with the line of the key, where the job has no feature set of that name. To be asked
  /// when the section's keys are known to be right: a misspelt key is the likelier mistake.
  void require_set(const TomlSection& section, const std::string& key, const std::string& name) const;
};

struct Kind {
  std::string_view section;  ///< "features", "cluster", "map"
  std::string_view name;     ///< as job files spell it, under `kind` or `method`
  int version;               ///< raised when its results change for the same settings
  /// Reads the section's keys, and adds a stage, or joins one that several entries share. settings of the
  /// entry are filled in by finished().
  void (*make)(Entry entry, TomlSection& section, EntryContext& context);
};

struct KindTable {
  std::span<const Kind> kinds;
};

/// All that this version knows.
const KindTable& built_in_kinds();

/// The entry with its settings, once all keys were read. Throws UsageError for a key that was not asked for,
/// and for one that is missing.
Entry finished(Entry entry, const TomlSection& section);

}  // namespace shoal
