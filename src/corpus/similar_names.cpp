// Names travel in rounds; a rank holds those of one folder, not those of all.
#include "similar_names.hpp"

#include <algorithm>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Nothing of a folder that may be left out: its files are still found by the names that they have. Throws
/// UnavailableError for one that is gone.
std::vector<FolderEntry> entries_if_permitted(const fs::path& folder) {
  try {
    return entries_in(folder);
  } catch (const InputError&) {
    if (!is_listed(folder)) throw_changed_while_read(folder);
    return {};
  }
}

bool leads_somewhere(const fs::path& path) {
  try {
    return status_of(path).has_value();
  } catch (const InputError&) {
    return false;
  }
}

/// Files below folders, folder by folder.
class FolderWalk {
 public:
  explicit FolderWalk(const std::vector<fs::path>& roots) {
    for (const fs::path& root : roots) folders_.emplace_back(root, "");
  }

  /// Hands over up to count names, as paths below their root; returns whether there are more.
  template <class Take>
  bool next(std::size_t count, const Take& take) {
    for (; count > 0 && (!files_.empty() || !folders_.empty()); --count) {
      if (files_.empty()) {
        list_next_folder();
      } else {
        take(std::move(files_.back()));
        files_.pop_back();
      }
    }
    return !files_.empty() || !folders_.empty();
  }

 private:
  void list_next_folder() {
    const auto [root, below] = std::move(folders_.back());
    folders_.pop_back();
    for (const FolderEntry& entry : entries_if_permitted(root / below)) {
      const fs::path name = below / entry.name;
      const bool folder = entry.leads_to_folder(root / below);
      // A link to a folder is not followed, and one that leads nowhere is no file.
      if (entry.is_link(root / below) && (folder || !leads_somewhere(root / name))) continue;
      if (folder) {
        folders_.emplace_back(root, name);
      } else {
        files_.push_back(name.string());
      }
    }
  }

  std::vector<std::pair<fs::path, fs::path>> folders_;  ///< root, and path below it
  std::vector<std::string> files_;                      ///< of the folder listed last
};

}  // namespace

std::string similar_key(const std::string& name) {
  std::string plain = name;
  std::ranges::replace(plain, '\\', '/');
  plain = fs::path(plain).lexically_normal().string();
  return is_utf8(plain) ? folded(plain) : plain;
}

void hear_names_in_folders(Communicator& comm, const std::vector<ImageSource>& sources,
                           const std::function<std::size_t(const std::string& name)>& owner_of,
                           const std::function<void(std::string name)>& hear) {
  constexpr std::size_t kRound = 50'000;
  std::vector<fs::path> mine;
  std::size_t folders = 0;
  for (const ImageSource& source : sources) {
    if (source.shard) continue;
    if (folders++ % static_cast<std::size_t>(comm.size()) == static_cast<std::size_t>(comm.rank()))
      mine.emplace_back(source.path);
  }
  FolderWalk walk(mine);
  for (bool more = folders > 0; more;) {
    leave_if_stop_requested();
    std::vector<std::vector<std::string>> outgoing(static_cast<std::size_t>(comm.size()));
    bool here = false;
    on_all(comm, [&] {
      here = walk.next(kRound, [&](std::string name) {
        auto& of_owner = outgoing[owner_of(name)];
        of_owner.push_back(std::move(name));
      });
    });
    for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
      for (std::string& name : part) hear(std::move(name));
    }
    more = comm.max(std::int64_t{here}) != 0;
  }
}

}  // namespace shoal
