// Entries of [features.NAME] by name, entries of [[section]] in the order of the file.
#include "pipeline/engine/canonical.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

namespace shoal {
namespace {

using nlohmann::json;

json paths_of(const std::vector<PathPattern>& patterns) {
  json paths = json::array();
  for (const PathPattern& pattern : patterns)
    paths.push_back((std::filesystem::path(pattern.folder) / pattern.text).string());
  return paths;
}

/// Where a table has several feature sets their order in the file decides which is X: then it is part of the
/// text.
void add_order_of_sets(const StageList& stages, json& text) {
  std::map<int, std::string> names;
  std::map<std::string, int> sets_of_table;
  bool several = false;
  for (const auto& stage : stages) {
    for (const Entry* entry : stage->entries()) {
      if (entry->section != "features") continue;
      names[entry->order] = entry->name;
      several = ++sets_of_table[stages.table_of("features." + entry->name)] > 1 || several;
    }
  }
  if (!several) return;
  for (const auto& [order, name] : names) text["order_of_features"].push_back(name);
}

/// settings_of(stage, entry): what stands in the text of an entry.
template <class SettingsOf>
json job_text(const Job& job, const StageList& stages, const SettingsOf& settings_of) {
  json text{{"job", {{"name", job.name}, {"seed", job.seed}}},
            {"corpus", job.corpus_record},
            {"features", json::object()},
            {"cluster", json::array()},
            {"report", job.report_record}};
  std::map<std::string, std::map<int, json>> lists;
  for (const auto& stage : stages) {
    for (const Entry* entry : stage->entries()) {
      if (entry->section == "features") {
        text["features"][entry->name] = settings_of(*stage, *entry);
      } else {
        lists[entry->section][entry->position] = settings_of(*stage, *entry);
      }
    }
  }
  add_order_of_sets(stages, text);
  for (const auto& [section, entries] : lists) {
    for (const auto& [position, settings] : entries) text[section].push_back(settings);
  }
  return text;
}

}  // namespace

json canonical_job(const Job& job, const StageList& stages) {
  return job_text(job, stages, [](const Stage&, const Entry& entry) { return entry.settings; });
}

std::string canonical_text(const Job& job, const StageList& stages) {
  return canonical_job(job, stages).dump();
}

json resolved_job(const Job& job, const StageList& stages) {
  if (job.corpus.pseudonyms) return canonical_job(job, stages);  // a path may name an account, or its owner
  json text = job_text(job, stages, [](const Stage& stage, const Entry& entry) {
    json settings = entry.settings;
    stage.add_paths(entry, settings);
    return settings;
  });
  text["corpus"]["posts"] = paths_of(job.corpus.posts);
  text["corpus"]["images"] = paths_of(job.corpus.images);
  return text;
}

}  // namespace shoal
