// The table itself. A new section is a file that draws it, and a row here.
#include "sections.hpp"

#include <array>

namespace shoal {
namespace {

using Titles = std::vector<std::string>;

// The headings of groupings have the ids of the first reports, "title-0" and so on, so that these reports'
// bytes and links into them stay.
constexpr std::array kSections{
    Section{"clustering", "title", Occurs::numbered, grouping_titles, draw_grouping},
    Section{"counts", "title-counts", Occurs::once, [](const Results&) { return Titles{"Counts"}; },
            draw_accounting},
    Section{"provenance", "title-provenance", Occurs::once,
            [](const Results&) { return Titles{"Provenance"}; }, draw_provenance},
};

}  // namespace

std::span<const Section> page_sections() { return kSections; }

}  // namespace shoal
