// A file's first bytes tell its format.
#include "pipeline/given/vector_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "pipeline/given/h5ad_vectors.hpp"
#include "pipeline/given/json_vectors.hpp"
#include "pipeline/given/npy_vectors.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/npy.hpp"
#include "shoal/base/random_file.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/corpus/named_files.hpp"
#include "shoal/store/h5ad_vectors.hpp"

namespace shoal {
namespace {

VectorFormat format_of(const RandomFile& file) {
  const std::string beginning = file.read_up_to(0, 4096);
  const auto is = [&](std::string_view magic) { return beginning.starts_with(magic); };
  if (is(kNpyMagic)) return VectorFormat::npy;
  if (is(kHdf5Magic)) return VectorFormat::h5ad;
  const std::size_t first = beginning.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (first != beginning.npos && beginning[first] == '{') return VectorFormat::json;
  const std::string path = file.path().string();
  if (is("PK")) {
    throw InputError(
        fmt::format("'{}' is an archive, as numpy.savez makes one; save each array with numpy.save", path));
  }
  throw InputError(fmt::format(
      "'{}' holds no vectors: it is neither .npy nor .h5ad nor JSON of the form {{\"name\": [numbers], ...}}",
      path));
}

VectorFileInfo info_of(const NamedFile& named) {
  const RandomFile file(named.path);
  VectorFileInfo info;
  info.path = named.path;
  info.relative = named.relative;
  info.bytes = file.bytes();
  info.format = format_of(file);
  return info;
}

/// Gives each .npy file its ids.
void pair_with_ids(const VectorPaths& paths, std::vector<VectorFileInfo>& files) {
  const std::vector<NamedFile> ids = list_named_files(paths.ids, fmt::format("{} ids", paths.entry));
  std::size_t next = 0;
  std::int64_t arrays = 0;
  for (VectorFileInfo& info : files) {
    if (info.format != VectorFormat::npy) continue;
    ++arrays;
    if (next < ids.size()) info.ids = ids[next++].path;
  }
  if (arrays == std::ssize(ids)) return;
  if (ids.empty()) {
    throw InputError(fmt::format(
        "{} has no 'ids': a .npy file has none in itself; name a file with the id of each row", paths.entry));
  }
  throw InputError(
      fmt::format("{} names {} files of ids and {} .npy files: each needs its own, in the same order",
                  paths.entry, ids.size(), arrays));
}

void inspect(const VectorPaths& paths, VectorFileInfo& info) {
  info.object = paths.object.value_or("X");
  if (info.format == VectorFormat::npy) inspect_npy(info);
  if (info.format == VectorFormat::h5ad) inspect_h5ad(info);
  if (info.format == VectorFormat::json) inspect_json(info);
  const bool empty = info.format == VectorFormat::json && info.columns == 0;
  if (empty || (info.columns > 0 && info.columns <= kMostColumns)) return;
  throw InputError(
      fmt::format("'{}' has vectors of {} numbers; 1 to {} are read", info.path, info.columns, kMostColumns));
}

void require_one_length(const std::vector<VectorFileInfo>& files, std::int64_t& columns) {
  const VectorFileInfo* first = nullptr;
  for (const VectorFileInfo& info : files) {
    if (info.columns == 0) continue;
    if (first == nullptr) first = &info;
    if (info.columns == first->columns) continue;
    throw InputError(
        fmt::format("the vectors of '{}' have {} numbers, and those of '{}' {}: they are no one feature set",
                    first->path, first->columns, info.path, info.columns));
  }
  if (first != nullptr) columns = first->columns;
}

/// Files without a vector, which have rows that cannot be used, get the columns of the others.
void give_columns(std::vector<VectorFileInfo>& files, std::int64_t columns) {
  for (VectorFileInfo& info : files) {
    if (info.columns > 0 || info.rows == 0) continue;
    if (columns == 0) {
      throw InputError(
          fmt::format("'{}' holds no vectors: none of its members is a list of numbers, as in {{\"name\": "
                      "[numbers], ...}}",
                      info.path));
    }
    info.columns = columns;
  }
}

VectorFiles look_into(const VectorPaths& paths) {
  VectorFiles found;
  for (const NamedFile& named : list_named_files(paths.vectors, fmt::format("{} path", paths.entry)))
    found.files.push_back(info_of(named));
  pair_with_ids(paths, found.files);
  for (VectorFileInfo& info : found.files) inspect(paths, info);
  require_one_length(found.files, found.columns);
  give_columns(found.files, found.columns);
  std::ranges::stable_sort(found.files, {}, &VectorFileInfo::relative);
  return found;
}

}  // namespace

VectorFiles look_into_vector_files(Communicator& comm, const VectorPaths& paths) {
  VectorFiles found;
  on_root(comm, [&] { found = look_into(paths); });
  found.files = broadcast_object(comm, found.files, 0);
  found.columns = broadcast_object(comm, found.columns, 0);
  return found;
}

}  // namespace shoal
