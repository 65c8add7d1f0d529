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
