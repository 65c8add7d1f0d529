// One grouping by any method: its facts, its warnings, and a card per group.
#include <fmt/format.h>

#include "grouping_cards.hpp"
#include "html.hpp"
#include "methods.hpp"
#include "row_words.hpp"
#include "sections.hpp"

namespace shoal {
namespace {

/// From this share on, one group says more about the method than about the rows.
constexpr double kDominantShare = 0.5;

std::string draw_facts(const GroupingView& grouping, const MethodWords& words) {
  std::vector<PageFact> facts{{"Method", words.title},
                              {"Labelled", counted(grouping.labelled, one_of(grouping.rows), grouping.rows)}};
  if (grouping.unlabelled) facts.push_back({"Unlabelled", grouped(*grouping.unlabelled)});
  facts.insert(facts.end(), words.facts.begin(), words.facts.end());
  std::string text;
  for (const PageFact& fact : facts) {
    text +=
        fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(fact.term), escape_html(fact.value));
  }
  return fmt::format("<dl class=\"facts\">\n{}</dl>\n", text);
}

std::string draw_notes(const GroupingView& grouping, const MethodWords& words) {
  std::vector<PageNote> notes;
  if (grouping.largest_share > kDominantShare) {
    notes.push_back({fmt::format("One group holds {} of the labelled {}.",
                                 percentage(grouping.largest_share, 1), grouping.rows),
                     words.where_one_holds_most});
  }
  notes.insert(notes.end(), words.notes.begin(), words.notes.end());
  std::string text;
  for (const PageNote& note : notes) {
    const std::string strong =
        note.strong.empty() ? "" : fmt::format("<strong>{}</strong>", escape_html(note.strong));
    text += fmt::format("<p class=\"note\" role=\"note\">{}{}</p>\n", strong, escape_html(note.text));
  }
  return text;
}

}  // namespace

std::vector<std::string> grouping_titles(const Results& results) {
  std::vector<std::string> titles;
  for (const GroupingView& grouping : results.groupings) titles.push_back(grouping.name);
  return titles;
}

SectionText draw_grouping(const Results& results, std::size_t number) {
  const GroupingView& grouping = results.groupings[number];
  const MethodWords words = tell_method(grouping);
  return {.lead = escape_html(lead_of(grouping)),
          .body = draw_facts(grouping, words) + draw_notes(grouping, words) + draw_strip(grouping) +
                  draw_cards(grouping, words.photos, results)};
}

}  // namespace shoal
