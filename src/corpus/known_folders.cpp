// A folder belongs to the hash owner of its path through no links. Most have one way to them; where links
// lead to some, lower paths are handed down until none changes.
#include "known_folders.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "shoal/base/digest.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {
namespace fs = std::filesystem;

bool is_searched_before(std::string_view a, std::string_view b) {
  // A name that another one begins with comes first, and no name holds a zero byte.
  const auto rank = [](char c) { return c == '/' ? 0 : static_cast<int>(static_cast<unsigned char>(c)); };
  return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

std::size_t KnownFolders::owner_of(const FolderKey& folder) const {
  return hash_bits(folder.real) % static_cast<std::size_t>(comm_.size());
}

std::vector<FoundFolder> KnownFolders::admit(std::vector<FoundFolder> found) {
  std::vector<std::vector<FoundFolder>> to_owners(static_cast<std::size_t>(comm_.size()));
  for (FoundFolder& folder : found) to_owners[owner_of(folder.key)].push_back(std::move(folder));
  found = {};
  std::map<FolderKey, FoundFolder> fresh;
  for (auto& part : all_to_all_objects(comm_, std::move(to_owners))) {
    for (FoundFolder& folder : part) {
      const auto [known, is_new] = known_.try_emplace(folder.key);
      Known& to = known->second;
      if (is_new || is_searched_before(folder.path, to.path)) to.path = folder.path;
      several_ways_ = several_ways_ || !is_new;
      to.start = to.start || folder.start;
      const bool lies_there = !folder.start && (fs::path(folder.parent) / folder.name) == folder.key.real;
      to.child = to.child || lies_there;
      if (!folder.start && !lies_there) to.ways.push_back({std::move(folder.parent), std::move(folder.name)});
      if (is_new) fresh.emplace(known->first, std::move(folder));
      if (const auto entry = fresh.find(known->first); entry != fresh.end()) entry->second.path = to.path;
    }
    part = {};
  }
  std::vector<FoundFolder> folders;
  for (auto& [key, folder] : fresh) {
    folder.start = known_.at(key).start;
    folders.push_back(std::move(folder));
  }
  return folders;
}

bool KnownFolders::settle_paths() {
  if (comm_.sum(std::int64_t{several_ways_}) == 0) return false;
  while (lower_paths()) continue;
  return true;
}

bool KnownFolders::lower_paths() {
  std::vector<FolderKey> parents;
  std::vector<std::pair<Known*, std::string>> named;  // a folder, and its name in that parent
  for (auto& [key, folder] : known_) {
    for (const Way& way : folder.ways) {
      parents.push_back({key.pattern, way.parent});
      named.emplace_back(&folder, way.name);
    }
    if (!folder.child) continue;
    const fs::path real = key.real;
    parents.push_back({key.pattern, real.parent_path().string()});
    named.emplace_back(&folder, real.filename().string());
  }
  const std::vector<std::string> paths = paths_of(parents);
  bool lower = false;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    auto& [folder, name] = named[i];
    std::string path = (fs::path(paths[i]) / name).string();
    if (!is_searched_before(path, folder->path)) continue;
    folder->path = std::move(path);
    lower = true;
  }
  return comm_.sum(std::int64_t{lower}) > 0;
}

std::vector<std::string> KnownFolders::paths_of(const std::vector<FolderKey>& folders) {
  const auto owners = static_cast<std::size_t>(comm_.size());
  std::vector<std::vector<FolderKey>> asked(owners);
  std::vector<std::vector<std::size_t>> asking(owners);
  for (std::size_t i = 0; i < folders.size(); ++i) {
    const std::size_t owner = owner_of(folders[i]);
    asked[owner].push_back(folders[i]);
    asking[owner].push_back(i);
  }
  std::vector<std::vector<std::string>> answers;
  for (const auto& part : all_to_all_objects(comm_, std::move(asked))) {
    auto& of_rank = answers.emplace_back();
    for (const FolderKey& folder : part) of_rank.push_back(known_.at(folder).path);
  }
  answers = all_to_all_objects(comm_, std::move(answers));
  std::vector<std::string> paths(folders.size());
  for (std::size_t owner = 0; owner < owners; ++owner) {
    for (std::size_t i = 0; i < asking[owner].size(); ++i)
      paths[asking[owner][i]] = std::move(answers[owner][i]);
  }
  return paths;
}

}  // namespace shoal
