// English plurals, and a table of feature sets.
#include "row_words.hpp"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace shoal {
namespace {

struct FeatureWords {
  std::string_view name;  ///< what jobs call the set by default; empty where they do not
  std::string_view kind;  ///< what the set holds, whatever it is called
  std::string_view words;
};

constexpr std::array kFeatureSets{FeatureWords{"tags", "tfidf", "their hashtags"},
                                  FeatureWords{"image", "vgg", "what they look like to the network"},
                                  FeatureWords{"", "lsa", "the leading components of their features"},
                                  FeatureWords{"", "pca", "the leading components of their features"},
                                  FeatureWords{"", "scale", "features brought to one scale"},
                                  FeatureWords{"", "concat", "several features beside each other"}};

/// of: the name of a feature set. kind: empty where the results do not tell it.
std::string features_text(const std::string& of, const std::string& kind) {
  for (const FeatureWords& set : kFeatureSets) {
    if (set.name == of) return std::string(set.words);
  }
  for (const FeatureWords& set : kFeatureSets) {
    if (set.kind == kind) return fmt::format("{} (feature set {})", set.words, of);
  }
  return "the feature set " + of;
}

}  // namespace

std::string one_of(const std::string& rows) {
  const std::string_view text = rows;
  if (text.ends_with("ies")) return std::string(text.substr(0, text.size() - 3)) + "y";
  if (text.ends_with("s") && !text.ends_with("ss")) return std::string(text.substr(0, text.size() - 1));
  return rows;
}

std::string lead_of(const GroupingView& grouping) {
  const std::string of = grouping.facts.text("of", "");
  if (of.empty()) return "Groups of " + grouping.rows;
  return fmt::format("Groups of {} by {}", grouping.rows,
                     features_text(of, grouping.facts.text("of_kind", "")));
}

}  // namespace shoal
