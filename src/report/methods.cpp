// A table of methods; whoever has no row there speaks through its facts and sentences.
#include "methods.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "html.hpp"

namespace shoal {
namespace {

std::vector<PageFact> kmeans_facts(const UnsValue& facts) {
  std::vector<PageFact> told;
  if (facts.find("inertia") != nullptr) {
    told.push_back({"Inertia", fmt::format("{:.6g}", facts.number("inertia", 0))});
  }
  if (facts.find("iterations") != nullptr) {
    told.push_back({"Iterations",
                    fmt::format("{} of {}", facts.integer("iterations", 0), facts.integer("max_iter", 0))});
  }
  if (facts.find("n_init") != nullptr) {
    told.push_back({"Starts", fmt::format("{}, best: no. {}", facts.integer("n_init", 1),
                                          facts.integer("restart", 0) + 1)});
  }
  return told;
}

std::vector<PageNote> kmeans_notes(const GroupingView& grouping) {
  const UnsValue& facts = grouping.facts;
  std::vector<PageNote> notes;
  const std::int64_t tied = facts.integer("tied", 0);
  if (tied > 0) {
    const std::string share = percentage(static_cast<double>(tied), static_cast<double>(grouping.labelled));
    notes.push_back({fmt::format("{} ({}) {} equally near to several groups.", counted(tied, "row", "rows"),
                                 share, tied == 1 ? "is" : "are"),
                     "Each went to the first of its groups; another rule would place them elsewhere."});
  }
  const std::int64_t limit = facts.integer("max_iter", 0);
  if (limit > 0 && facts.integer("iterations", 0) >= limit) {
    notes.push_back(
        {"It stopped at the limit of iterations.", "A higher max_iter may still move some rows."});
  }
  return notes;
}

MethodWords tell_kmeans(const GroupingView& grouping) {
  const auto groups = static_cast<std::int64_t>(grouping.groups.size());
  return {.title = fmt::format("k-means, k = {}", grouping.facts.integer("k", groups)),
          .facts = kmeans_facts(grouping.facts),
          .notes = kmeans_notes(grouping),
          .where_one_holds_most =
              "The others are small beside it. Fewer, more telling features or another k "
              "may separate more.",
          .photos = "Photos nearest to the centre of the group"};
}

MethodWords tell_by_results(const GroupingView& grouping) {
  const auto groups = static_cast<std::int64_t>(grouping.groups.size());
  MethodWords words{
      .title = fmt::format("{}, {}", grouping.method, counted(groups, "group", "groups")),
      .facts = {},
      .notes = {},
      .where_one_holds_most = "Fewer, more telling features or other settings may separate more.",
      .photos = "Photos of the group"};
  const UnsArray<std::string> terms = grouping.facts.texts("facts/terms");
  const UnsArray<std::string> values = grouping.facts.texts("facts/values");
  for (std::size_t i = 0; i < terms.values.size(); ++i) {
    words.facts.push_back({terms.values[i], values.values[i]});
  }
  return words;
}

struct MethodRow {
  std::string_view method;  ///< as the results name it
  MethodWords (*tell)(const GroupingView&);
};

constexpr std::array kMethods{MethodRow{"kmeans", tell_kmeans}};

}  // namespace

MethodWords tell_method(const GroupingView& grouping) {
  const auto row = std::ranges::find(kMethods, std::string_view(grouping.method), &MethodRow::method);
  MethodWords words = row != kMethods.end() ? row->tell(grouping) : tell_by_results(grouping);
  for (const std::string& sentence : grouping.facts.texts("sentences").values) {
    words.notes.push_back({"", sentence});
  }
  return words;
}

}  // namespace shoal
