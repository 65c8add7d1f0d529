// The sections of the page as a table: navigation, ids and headings come from it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "results.hpp"

namespace shoal {

/// What stands below a section's heading, as HTML.
struct SectionText {
  std::string lead;  ///< one line
  std::string body;
};

enum class Occurs { once, numbered };

/// A row of the table. It may be drawn several times (once per grouping), or not at all.
struct Section {
  const char* anchor;   ///< the id of the section; of numbered ones "ANCHOR-0", "ANCHOR-1" ...
  const char* heading;  ///< the id of its heading, numbered likewise
  Occurs occurs;
  /// In the navigation and as headings, plain text: one for each time that these results have the section.
  std::vector<std::string> (*titles)(const Results& results);
  /// number: which of the titles.
  SectionText (*draw)(const Results& results, std::size_t number);
};

/// In the order of the page.
std::span<const Section> page_sections();

// What the rows draw, each in the file of its name.
std::vector<std::string> grouping_titles(const Results& results);
SectionText draw_grouping(const Results& results, std::size_t number);
SectionText draw_accounting(const Results& results, std::size_t number);
SectionText draw_provenance(const Results& results, std::size_t number);

}  // namespace shoal
