// Files that hold no posts as they are, known by their first bytes.
#pragma once

#include <string_view>

namespace shoal {

/// What a file is that begins like this, and what to do with it: "the file is gzip-compressed; unpack it".
/// Empty where it is nothing that is known here.
std::string_view foreign_file(std::string_view beginning);

}  // namespace shoal
