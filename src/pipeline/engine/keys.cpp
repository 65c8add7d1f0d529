// Lengths keep parts apart: text that moves from one part to the next gives another key.
#include "pipeline/engine/keys.hpp"

#include <fmt/format.h>

namespace shoal {

Digest key_of(const KeyParts& parts) {
  std::string text;
  const auto add = [&](std::string_view part) { text += fmt::format("{}:{}\n", part.size(), part); };
  add(parts.what);
  add(std::to_string(parts.version));
  add(parts.settings);
  add(parts.identity);
  for (const auto& [name, key] : parts.needs) {
    add(name);
    add(key);
  }
  return sha256(text);
}

}  // namespace shoal
