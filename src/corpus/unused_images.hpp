// What is a photo by its name, be it named by a post or not.
#pragma once

#include <string_view>

namespace shoal {

/// Whether a name ends as those of photos do: .jpg, .jpeg, .png, .webp, in whatever case.
bool is_named_as_photo(std::string_view name);

}  // namespace shoal
