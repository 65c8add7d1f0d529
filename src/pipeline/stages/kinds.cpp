// One row a kind; makers stand in make.cpp of their folder.
#include "pipeline/stages/kinds.hpp"

#include <fmt/format.h>

#include <array>

#include "pipeline/stages/cluster/make.hpp"
#include "pipeline/stages/features/make.hpp"

namespace shoal {

const KindTable& built_in_kinds() {
  // clang-format off
  static constexpr std::array kRows{
      Kind{"features", "tfidf", 1, make_tfidf},
      Kind{"features", "vgg", 2, make_vgg},
      Kind{"features", "rgb", 2, make_rgb},
      Kind{"features", "given", 1, make_given},
      Kind{"features", "lsa", 1, make_lsa},
      Kind{"features", "pca", 1, make_pca},
      Kind{"features", "scale", 1, make_scale},
      Kind{"features", "concat", 1, make_concat},
      Kind{"cluster", "kmeans", 1, make_kmeans},
  };
  // clang-format on
  static constexpr KindTable kTable{kRows};
  return kTable;
}

void EntryContext::require_set(const TomlSection& section, const std::string& key,
                               const std::string& name) const {
  if (sets.contains(name)) return;
  section.fail(key, fmt::format("is '{0}', but the job has no [features.{0}]{1}", name,
                                sets.empty() ? "" : fmt::format("; it has {}", fmt::join(sets, ", "))));
}

Entry finished(Entry entry, const TomlSection& section) {
  section.finish();
  entry.settings = section.record();
  return entry;
}

}  // namespace shoal
