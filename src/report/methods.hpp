// What one method of grouping says of itself: the report's only place that knows methods by name.
#pragma once

#include <string>
#include <vector>

#include "results.hpp"

namespace shoal {

/// A fact as it stands in the page, plain text: "Iterations", "17 of 100".
struct PageFact {
  std::string term;
  std::string value;
};

/// A warning, plain text; strong stands out and may be empty.
struct PageNote {
  std::string strong;
  std::string text;
};

struct MethodWords {
  std::string title;                 ///< its name with its main setting: "k-means, k = 8"
  std::vector<PageFact> facts;       ///< beside those that all methods have
  std::vector<PageNote> notes;       ///< beside those that all methods have
  std::string where_one_holds_most;  ///< what to know and to try if one group holds most rows
  std::string photos;                ///< which photos of a group are shown
};

/// By the method's row in a table; where it has none, what the results say of it themselves.
MethodWords tell_method(const GroupingView& grouping);

}  // namespace shoal
