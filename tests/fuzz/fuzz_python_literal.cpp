// Reads any text as a Python literal: a value within the bounds, whose texts are text.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "corpus/python_literal.hpp"
#include "shoal/text/unicode.hpp"

namespace {

/// Ends the program where something does not hold.
void require(bool holds) {
  if (!holds) std::abort();
}

void check(const shoal::FieldValue& value, std::size_t depth) {
  using Kind = shoal::FieldValue::Kind;
  require(depth <= shoal::kDeepestLiteral + 1 && shoal::is_utf8(value.text));
  if (value.kind == Kind::unusable) require(depth == 0 && !shoal::holds_control(value.text));
  require(value.kind == Kind::list || value.elements.empty());
  for (const shoal::FieldValue& element : value.elements) check(element, depth + 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (!shoal::is_utf8(text)) return 0;
  check(shoal::python_literal(text), 0);
  check(shoal::cell_value(text), 0);
  return 0;
}
