// What a job file says of the run as a whole. What it says of features, clusterings and maps, their stages
// know.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/listing.hpp"
#include "shoal/report/report.hpp"

namespace shoal {

struct CorpusJob {
  std::vector<PathPattern> posts;   ///< files, folders or patterns
  std::vector<PathPattern> images;  ///< folders, tar shards or patterns for them
  KeepRule keep;
  ReadRules rules;
  bool refused_is_bad = false;  ///< whether what may not be read goes to quarantine, and does not end the run
  bool pseudonyms = true;       ///< of accounts, and of all that could tell them
  bool keeps_shortcodes = false;  ///< then: of accounts only, posts can be traced back by theirs
  // What results tell of posts beyond the rest. Under pseudonyms each of these leads back to a post or an
  // account, so it is left out unless the job asks for it.
  bool keeps_captions = false;
  bool keeps_places = false;
  bool keeps_account_counts = false;
  bool keeps_tags = false;                     ///< all hashtags of each post, in a file of their own
  std::optional<std::int64_t> place_decimals;  ///< digits that coordinates keep behind the point; absent: all
  std::optional<std::filesystem::path> pseudonym_key;  ///< absent: the user's configuration folder
};

/// A section's settings as canonical text has them: what decides results, with defaults, and nothing else.
using SettingsRecord = nlohmann::json;

/// The kind of a feature set whose section names none: of the two names that jobs had before there was a
/// choice.
std::optional<std::string> usual_kind(const std::string& set);

struct Job {
  std::string name;
  std::uint64_t seed = 0;
  CorpusJob corpus;
  ReportOptions report;
  SettingsRecord corpus_record;
  SettingsRecord report_record;
};

}  // namespace shoal
