// Names that are in use go to their hash owners, as those of the files below the folders do.
#include "unused_images.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_set>
#include <utility>
#include <vector>

#include "image_names.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/corpus/image_index.hpp"
#include "similar_names.hpp"

namespace shoal {
namespace {

/// The names of files that posts name, and that this rank owns. Collective.
std::unordered_set<std::string> used_names(Communicator& comm, const ImageIndex& index) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<std::string>> outgoing(ranks);
  const auto send = [&](const std::string& name) { outgoing[owner_of_name(name, ranks)].push_back(name); };
  for (const ImageCandidate& image : index.at_home) send(image.ref.name);
  for (const QuarantineRow& row : index.quarantine) {
    if (row.kind == QuarantineKind::image) send(row.file);
  }
  std::unordered_set<std::string> used;
  for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
    for (std::string& name : part) used.insert(std::move(name));
  }
  return used;
}

}  // namespace

bool is_named_as_photo(std::string_view name) {
  constexpr std::array<std::string_view, 4> kSuffixes{".jpg", ".jpeg", ".png", ".webp"};
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) { return has_suffix(name, suffix); });
}

std::int64_t count_unused_images(Communicator& comm, const ImageIndex& index,
                                 const std::vector<ImageSource>& sources) {
  const std::unordered_set<std::string> used = used_names(comm, index);
  const auto ranks = static_cast<std::size_t>(comm.size());
  std::int64_t unused = 0;
  hear_names_in_folders(
      comm, sources, [&](const std::string& name) { return owner_of_name(name, ranks); },
      [&](const std::string& name) { unused += is_named_as_photo(name) && !used.contains(name) ? 1 : 0; });
  return comm.sum(unused) + index.unused_members;
}

}  // namespace shoal
