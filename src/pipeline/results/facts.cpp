// The run's own facts, then those of each stage.
#include "pipeline/results/facts.hpp"

#include "pipeline/engine/canonical.hpp"
#include "shoal/base/version.hpp"

namespace shoal {
namespace {

constexpr std::int64_t kFormat = 1;

/// Tables with several sets say which of them is X, and of which kind each is.
void add_sets(const Table& table, UnsValue& tree) {
  if (table.sets.size() < 2) return;
  tree["x"][table.name] = table.x()->name;
  for (const FeatureSet& set : table.sets) {
    tree["sets"][set.name]["table"] = table.name;
    tree["sets"][set.name]["kind"] = set.kind;
  }
}

}  // namespace

UnsValue results_tree(Run& run) {
  UnsValue tree;
  tree["version"] = kVersion;
  tree["format"] = kFormat;
  tree["name"] = run.job.name;
  tree["seed"] = static_cast<std::int64_t>(run.job.seed);
  tree["job"] = canonical_text(run.job, run.stages);
  tree["numeric"] = run.numeric_identity();
  // Present where there are none, too.
  tree["clusterings"] = UnsValue();
  for (const auto& [name, table] : run.tables) add_sets(table, tree);
  for (const auto& stage : run.stages) stage->add_facts(run, tree);
  return tree;
}

}  // namespace shoal
