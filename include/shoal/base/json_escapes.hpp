// Text inside JSON's quotes.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// Appends a text as it stands between the quotes of a JSON string. Bytes that are no UTF-8 stay.
void append_json_escaped(std::string_view text, std::string& to);

}  // namespace shoal
