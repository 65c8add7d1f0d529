// A second look at names that no file has.
#include "image_names.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "shoal/base/digest.hpp"
#include "similar_names.hpp"

namespace shoal {
namespace {

/// Files whose names have one key.
struct SimilarFiles {
  std::set<std::string> names;
  std::vector<ImageCopy> in_shards;
};
using FilesByKey = std::map<std::string, SimilarFiles>;

bool is_missing(const ImageName& name) { return name.found.state == ImageState::missing; }

FilesByKey wanted_keys(const ImageNames& names) {
  FilesByKey wanted;
  for (const auto& [name, about] : names) {
    if (is_missing(about)) wanted.try_emplace(similar_key(name));
  }
  return wanted;
}

/// Adds the files that are known without looking into folders.
void add_known_files(const ImageNames& names, std::vector<ImageCopy> spare, FilesByKey& wanted) {
  for (const auto& [name, about] : names) {
    if (is_missing(about)) continue;
    if (const auto similar = wanted.find(similar_key(name)); similar != wanted.end())
      similar->second.names.insert(name);
  }
  for (ImageCopy& copy : spare) {
    const auto similar = wanted.find(similar_key(copy.ref.name));
    if (similar == wanted.end()) continue;
    similar->second.names.insert(copy.ref.name);
    similar->second.in_shards.push_back(std::move(copy));
  }
}

/// The entry of the only similar file, made where no post names it.
ImageNames::value_type& entry_of(const SimilarFiles& similar, ImageNames& names, SecondLook& look) {
  const std::string& file = *similar.names.begin();
  const auto [entry, fresh] = names.try_emplace(file);
  if (fresh) {
    entry->second.first = {std::numeric_limits<std::int64_t>::max(), 0};
    for (const ImageCopy& copy : similar.in_shards) {
      if (copy.ref.name == file) add_member(entry->second, copy);
    }
    look.new_names.push_back(&*entry);
  }
  return *entry;
}

/// Adds the files below the folders. Collective.
void add_files_of_folders(Communicator& comm, const std::vector<ImageSource>& sources,
                          const ImageNames& names, FilesByKey& wanted) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  hear_names_in_folders(
      comm, sources, [&](const std::string& name) { return owner_of_name(name, ranks); },
      [&](std::string name) {
        // One that a post names and that was not found appeared a moment ago: the first look counts.
        const auto named = names.find(name);
        if (named != names.end() && is_missing(named->second)) return;
        const auto similar = wanted.find(similar_key(name));
        if (similar != wanted.end()) similar->second.names.insert(std::move(name));
      });
}

/// Lets each missing name stand for its only similar file.
SecondLook take_similar_files(const FilesByKey& wanted, ImageNames& names) {
  std::vector<ImageNames::value_type*> missing;
  for (auto& entry : names) {
    if (is_missing(entry.second)) missing.push_back(&entry);
  }
  SecondLook look;
  for (ImageNames::value_type* entry : missing) {
    ImageName& about = entry->second;
    const SimilarFiles& similar = wanted.at(similar_key(entry->first));
    about.ambiguous = similar.names.size() > 1;
    look.ambiguous += about.ambiguous ? 1 : 0;
    if (similar.names.size() != 1) continue;
    ImageName& file = entry_of(similar, names, look).second;
    file.first = std::min(file.first, about.first);
    about.same_as = &file;
    ++look.found;
  }
  return look;
}

}  // namespace

void add_member(ImageName& name, ImageCopy copy) {
  if (copy.photo) name.photos.emplace_back(copy.ref.source, copy.ref.offset);
  name.in_shards.push_back(std::move(copy));
}

std::size_t owner_of_name(const std::string& name, std::size_t ranks) {
  return hash_bits(similar_key(name)) % ranks;
}

SecondLook look_again(Communicator& comm, ImageNames& names, std::vector<ImageCopy> spare,
                      const std::vector<ImageSource>& sources) {
  FilesByKey wanted = wanted_keys(names);
  if (comm.sum(std::ssize(wanted)) == 0) return {};
  add_known_files(names, std::move(spare), wanted);
  add_files_of_folders(comm, sources, names, wanted);
  return take_similar_files(wanted, names);
}

}  // namespace shoal
