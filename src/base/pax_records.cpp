// Lengths are checked before anything is taken by them.
#include "pax_records.hpp"

#include <charconv>

namespace shoal {
namespace {

/// The whole of a text as a number.
std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// Without a value, a record takes back what an earlier one said: the header's own field counts again.
bool take(std::string_view key, std::string_view value, TarExtension& extension) {
  const auto path = value.empty() ? std::nullopt : std::optional<std::string>(value);
  if (key == "path" && !extension.sparse) extension.path = path;
  if (key.starts_with("GNU.sparse.")) extension.sparse = true;
  if (key == "GNU.sparse.name") extension.path = path;
  if (key != "size") return true;
  extension.bytes.reset();
  if (value.empty()) return true;
  extension.bytes = number_of(value);
  return extension.bytes.has_value();
}

}  // namespace

bool read_pax_records(std::string_view text, TarExtension& extension) {
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    if (space == std::string_view::npos) return false;
    const auto length = number_of(text.substr(0, space));
    if (!length || *length > text.size() || *length < space + 3 || text[*length - 1] != '\n') return false;
    const std::string_view record = text.substr(space + 1, *length - space - 2);
    const std::size_t equals = record.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    if (!take(record.substr(0, equals), record.substr(equals + 1), extension)) return false;
    text.remove_prefix(*length);
  }
  return true;
}

}  // namespace shoal
