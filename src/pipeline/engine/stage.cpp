// Names and keys, alike for all stages.
#include "pipeline/engine/stage.hpp"

#include <fmt/format.h>

#include "shoal/base/digest.hpp"

namespace shoal {

std::string Stage::name() const {
  return entry_.section.empty() ? entry_.name : fmt::format("{}.{}", entry_.section, entry_.name);
}

KeyParts Stage::key_parts(const Run& run) const {
  // The name of an entry decides nothing: a renamed clustering finds its checkpoint.
  SettingsRecord settings = entry_.settings;
  settings.erase("name");
  KeyParts parts{
      fmt::format("{}/{}", entry_.section, entry_.kind), entry_.version, settings.dump(), identity(run), {}};
  for (const std::string& need : needs()) {
    const auto key = run.keys.find(need);
    parts.needs.emplace_back("need", key == run.keys.end() ? "absent" : key->second);
  }
  return parts;
}

FeatureSet Stage::new_set() const {
  FeatureSet set;
  set.name = entry_.name;
  set.kind = entry_.kind;
  set.order = entry_.order;
  return set;
}

std::string Stage::key_of_given(const Run& run, const std::string& /*given*/) const {
  return to_hex(key_of(key_parts(run)));
}

}  // namespace shoal
