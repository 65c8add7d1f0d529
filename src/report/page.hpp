// The page as one text.
#pragma once

#include <span>
#include <string>

#include "results.hpp"
#include "sections.hpp"

namespace shoal {

/// HTML of a whole page with these sections, in their order.
std::string draw_page(const Results& results, std::span<const Section> sections = page_sections());

}  // namespace shoal
