// Lists as Python prints them, which is how pandas writes them into a table.
#pragma once

#include <string>
#include <vector>

namespace shoal {

/// ['#sun', "it's"]
std::string python_list(const std::vector<std::string>& texts);

/// A list, or its one text where there is one alone.
std::string python_list_or_text(const std::vector<std::string>& texts);

}  // namespace shoal
