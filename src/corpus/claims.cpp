// Each row of the table is asked in turn.
#include "claims.hpp"

#include <algorithm>
#include <array>

#include "readers.hpp"
#include "shoal/base/compression.hpp"
#include "shoal/base/folder.hpp"

namespace shoal {

const PostReader* claiming(std::span<const PostReader> readers, const std::filesystem::path& path,
                           bool by_suffix) {
  for (const PostReader& reader : readers) {
    const auto* own = std::get_if<OwnPaths>(&reader.takes);
    if (own == nullptr || (by_suffix && !has_suffix(path.filename().string(), reader))) continue;
    if (own->claims(path)) return &reader;
  }
  return nullptr;
}

bool is_read_below_folders(std::span<const PostReader> readers, std::string_view name) {
  return std::ranges::any_of(readers, [&](const PostReader& reader) { return has_suffix(name, reader); });
}

bool may_be_anything(std::string_view name) {
  constexpr std::array<std::string_view, 7> kSuffixes{".txt", ".html", ".htm", ".zip",
                                                      ".tar", ".tgz",  ".txz"};
  name = without_compression(name);
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) { return has_suffix(name, suffix); });
}

}  // namespace shoal
