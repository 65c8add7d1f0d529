// Questions to the state of a run.
#include "pipeline/engine/run.hpp"

#include <fmt/format.h>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"

namespace shoal {

std::string Run::numeric_identity() const {
  if (plans.empty()) return backend.numeric_identity();
  return fmt::format("{} plans {}", backend.numeric_identity(), to_hex(sha256(plans)).substr(0, 16));
}

Table& Run::table(const std::string& name) {
  Table& found = tables[name];
  found.name = name;
  return found;
}

const Table* Run::find_table(const std::string& name) const {
  const auto found = tables.find(name);
  return found == tables.end() ? nullptr : &found->second;
}

std::pair<const Table*, const FeatureSet*> Run::set(const std::string& name) const {
  for (const auto& [table_name, table] : tables) {
    if (const FeatureSet* set = table.set(name)) return {&table, set};
  }
  throw FailureError(
      fmt::format("there is no feature set '{}'. This is a defect of Shoal; please report it", name));
}

const FeatureSet* Run::naming_set() const {
  const Table* posts = find_table("posts");
  const FeatureSet* x = posts == nullptr ? nullptr : posts->x();
  return x != nullptr && x->sparse() ? x : nullptr;
}

}  // namespace shoal
