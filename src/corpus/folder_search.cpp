// Names are listed by one rank for each folder, as a folder is read as a whole; files are examined by all
// ranks, in even shares, however they lie in folders. What readers claim and what runs wrote is not searched.
#include "folder_search.hpp"

#include <dirent.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "claims.hpp"
#include "examined_units.hpp"
#include "path_patterns.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/comm/even_shares.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Whether runs of Shoal write into a folder: results, or what a run leaves before them. entries: by rising
/// names.
bool is_results_folder(const fs::path& folder, const std::vector<FolderEntry>& entries) {
  const auto has = [&](std::string_view name) {
    return std::ranges::binary_search(entries, name, {},
                                      [](const FolderEntry& entry) { return std::string_view(entry.name); });
  };
  if (has("run.json") && has("posts.h5ad")) return true;
  return has("log") && (has("work") || has("progress.json")) && is_listed(folder / "log" / "rank-0.jsonl");
}

[[noreturn]] void throw_gone(const std::string& folder) {
  throw UnavailableError(fmt::format("'{}' was listed, and is gone", folder));
}

/// Where a folder that was found lies, through no links.
std::string followed(const std::string& folder) {
  try {
    return path_without_links(folder);
  } catch (const InputError&) {
    throw_gone(folder);
  }
}

/// Deals out names so that each rank has as many; a folder's may go to several ranks. Collective.
std::vector<FolderNames> share_names(Communicator& comm, std::vector<FolderNames> mine) {
  std::int64_t count = 0;
  for (const FolderNames& folder : mine) count += std::ssize(folder.names);
  const std::int64_t all = comm.sum(count);
  std::int64_t place = comm.exclusive_sum(count);
  std::vector<std::vector<FolderNames>> outgoing(static_cast<std::size_t>(comm.size()));
  for (FolderNames& folder : mine) {
    FolderNames* part = nullptr;
    std::size_t rank_of_part = 0;
    for (FolderNames::Name& name : folder.names) {
      const std::size_t rank = rank_of_place(place++, all, comm.size());
      if (part == nullptr || rank != rank_of_part) {
        part = &outgoing[rank].emplace_back(FolderNames{folder.folder, folder.path, {}});
        rank_of_part = rank;
      }
      part->names.push_back(std::move(name));
    }
    folder = {};
  }
  std::vector<FolderNames> shared;
  for (auto& part : all_to_all_objects(comm, std::move(outgoing)))
    std::move(part.begin(), part.end(), std::back_inserter(shared));
  return shared;
}

}  // namespace

SearchedFolders FolderSearch::search(std::vector<FoundFolder> starts) {
  found_ = std::move(starts);
  while (comm_.sum(std::ssize(found_)) > 0) {
    follow_links();
    const auto folders = share_evenly(comm_, known_.admit(std::exchange(found_, {})));
    on_all(comm_, [&] {
      for (const FoundFolder& folder : folders) list(folder);
    });
    const auto names = share_names(comm_, std::exchange(to_examine_, {}));
    on_all(comm_, [&] {
      for (const FolderNames& of_folder : names) examine(of_folder);
    });
  }
  name_units();
  return std::move(result_);
}

/// By rank 0 alone, since nodes of a cluster may have other links on the way to one folder.
void FolderSearch::follow_links() {
  std::vector<std::string> paths;
  for (const FoundFolder& folder : found_) {
    if (folder.key.real.empty()) paths.push_back(folder.path);
  }
  if (comm_.sum(std::ssize(paths)) == 0) return;
  auto of_ranks = gather_objects(comm_, paths, 0);
  on_root(comm_, [&] {
    for (auto& of_rank : of_ranks) std::ranges::transform(of_rank, of_rank.begin(), followed);
  });
  of_ranks.resize(static_cast<std::size_t>(comm_.size()));
  auto followed_paths = std::move(all_to_all_objects(comm_, std::move(of_ranks)).front());
  auto real = followed_paths.begin();
  for (FoundFolder& folder : found_) {
    if (folder.key.real.empty()) folder.key.real = std::move(*real++);
  }
}

void FolderSearch::list(const FoundFolder& folder) {
  std::vector<FolderEntry> entries;
  try {
    entries = entries_in(folder.path);
  } catch (const InputError&) {
    if (!status_of(folder.path)) throw_gone(folder.path);
    // Where what may not be read is left out, reading the folder says so.
    return add_unit(folder.key, folder.path, {}, nullptr);
  }
  if (is_results_folder(folder.path, entries)) {
    if (folder.path == root_of(folder.key)) {
      throw InputError(
          fmt::format("'{}' under [corpus] posts holds results of Shoal, not posts", folder.path));
    }
    ++result_.results_folders;
    return;
  }
  if (const PostReader* reader = claiming(readers_, folder.path, false)) return add_claimed(folder, *reader);
  FolderNames names{folder.key, folder.path, {}};
  for (FolderEntry& entry : entries)
    sort_out(folder, std::move(entry.name), entry.type ? int{*entry.type} : -1, names);
  if (!names.names.empty()) to_examine_.push_back(std::move(names));
}

/// What the listing itself tells of a name.
void FolderSearch::sort_out(const FoundFolder& folder, std::string name, int type, FolderNames& names) {
  if (type == DT_DIR) {
    const std::string path = (fs::path(folder.path) / name).string();
    const std::string real = (fs::path(folder.key.real) / name).string();
    found_.push_back({{folder.key.pattern, real}, path, false, folder.key.real, std::move(name)});
  } else if (type == DT_LNK || type == -1 || is_read_below_folders(readers_, name)) {
    names.names.push_back({std::move(name), type});
  } else if (!is_system_litter(name)) {
    ++result_.ignored_files;
  }
}

void FolderSearch::examine(const FolderNames& names) {
  for (const auto& [name, type] : names.names) {
    const FolderEntry entry{name, type < 0 ? std::nullopt : std::optional(static_cast<unsigned char>(type))};
    const fs::path path = fs::path(names.path) / name;
    if (entry.leads_to_folder(names.path)) {
      const std::string real =
          entry.is_link(names.path) ? std::string() : (fs::path(names.folder.real) / name).string();
      found_.push_back({{names.folder.pattern, real}, path.string(), false, names.folder.real, name});
    } else if (is_read_below_folders(readers_, name)) {
      // Also what cannot be examined, such as a link to itself: reading it says what is wrong.
      add_unit(names.folder, path.string(), name, claiming(readers_, path, true));
    } else if (!is_system_litter(name)) {
      ++result_.ignored_files;
    }
  }
}

void FolderSearch::add_claimed(const FoundFolder& folder, const PostReader& reader) {
  if (folder.path != root_of(folder.key)) return add_unit(folder.key, folder.path, {}, &reader);
  // A folder that the job itself names has its own name only below the folder around it.
  const fs::path named = spelled_alike(folder.path);
  if (auto unit = OwnUnits().examine(named, named.parent_path(), &reader))
    result_.units.push_back(std::move(*unit));
}

void FolderSearch::add_unit(const FolderKey& folder, const std::string& path, const std::string& name,
                            const PostReader* reader) {
  auto unit = examined_unit(path, reader);
  if (!unit) return;
  unit->found = !name.empty();
  result_.units.push_back({std::move(*unit), folder, name});
}

/// Gives the units the paths of their folders, which may have become others since they were searched.
void FolderSearch::name_units() {
  const auto is_open = [](const FoundUnit& found) { return found.unit.relative.empty(); };
  if (known_.settle_paths()) {
    std::vector<FolderKey> folders;
    for (const FoundUnit& found : result_.units) {
      if (is_open(found)) folders.push_back(found.folder);
    }
    const std::vector<std::string> paths = known_.paths_of(folders);
    auto path = paths.begin();
    for (FoundUnit& found : result_.units) {
      if (!is_open(found)) continue;
      found.unit.path = found.name.empty() ? *path : (fs::path(*path) / found.name).string();
      ++path;
    }
  }
  for (FoundUnit& found : result_.units) {
    if (is_open(found)) found.unit.relative = path_below(found.unit.path, root_of(found.folder));
  }
}

}  // namespace shoal
