// Texts between quotes with Python's escapes.
#pragma once

#include <string>
#include <string_view>

namespace shoal {

/// Whether what follows is a text between quotes, with or without the prefix u.
bool begins_python_text(std::string_view literal);

struct PythonText {
  std::string text;
  std::string fault;  ///< why it is none, as FieldValue has it; empty for a sound text
};

/// Takes the text that `literal` begins with. Halves of surrogate pairs become one character, or U+FFFD
/// where the other half is missing; `\/` is a slash, as JSON has it.
PythonText take_python_text(std::string_view& literal);

}  // namespace shoal
