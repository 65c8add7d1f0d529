// Files, groups and datasets of HDF5: opened, created, written and read.
#include "hdf5.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hdf5_error.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Datasets from this size on begin at a multiple of it: the usual stripe of a parallel file system.
constexpr hsize_t kAlignment = hsize_t{1} << 20;
/// HDF5 gathers metadata in pieces of this size, so that it does not stand scattered between the datasets.
constexpr hsize_t kMetadataBlock = hsize_t{256} << 10;

HdfId property_list(hid_t kind, const fs::path& path) {
  HdfId list(H5Pcreate(kind));
  if (!list) throw_hdf5_error("H5Pcreate", "", path);
  return list;
}

void require(herr_t result, const char* call, const fs::path& path) {
  if (result < 0) throw_hdf5_error(call, "", path);
}

/// File access through MPI-IO with collective metadata.
HdfId parallel_access(const fs::path& path, MPI_Comm comm) {
  HdfId access = property_list(H5P_FILE_ACCESS, path);
  require(H5Pset_fapl_mpio(access.get(), comm, MPI_INFO_NULL), "H5Pset_fapl_mpio", path);
  require(H5Pset_all_coll_metadata_ops(access.get(), true), "H5Pset_all_coll_metadata_ops", path);
  require(H5Pset_coll_metadata_write(access.get(), true), "H5Pset_coll_metadata_write", path);
  return access;
}

/// One version of the format, whatever the library's, and one layout: the file's bytes are part of the
/// result.
void lay_out_always_alike(const HdfId& access, const fs::path& path) {
  require(H5Pset_libver_bounds(access.get(), H5F_LIBVER_V18, H5F_LIBVER_V18), "H5Pset_libver_bounds", path);
  require(H5Pset_alignment(access.get(), kAlignment, kAlignment), "H5Pset_alignment", path);
  require(H5Pset_meta_block_size(access.get(), kMetadataBlock), "H5Pset_meta_block_size", path);
}

std::vector<hsize_t> selection_of(RowRange rows, const std::vector<hsize_t>& shape) {
  std::vector<hsize_t> count = shape;
  if (!count.empty()) count[0] = static_cast<hsize_t>(rows.size());
  return count;
}

/// The dataspaces of a transfer: rows of the dataset, and as many in memory.
struct Selection {
  HdfId file;
  HdfId memory;
};

Selection select_rows(const HdfId& dataset, RowRange rows) {
  Selection selection{HdfId(H5Dget_space(dataset.get())), HdfId()};
  const int dimensions = H5Sget_simple_extent_ndims(selection.file.get());
  std::vector<hsize_t> shape(static_cast<std::size_t>(std::max(dimensions, 0)));
  H5Sget_simple_extent_dims(selection.file.get(), shape.data(), nullptr);
  const std::vector<hsize_t> count = selection_of(rows, shape);
  selection.memory =
      HdfId(dimensions > 0 ? H5Screate_simple(dimensions, count.data(), nullptr) : H5Screate(H5S_SCALAR));
  if (rows.size() == 0) {
    H5Sselect_none(selection.file.get());
    H5Sselect_none(selection.memory.get());
  } else if (dimensions > 0) {
    std::vector<hsize_t> start(shape.size(), 0);
    start[0] = static_cast<hsize_t>(rows.begin);
    const herr_t result = H5Sselect_hyperslab(selection.file.get(), H5S_SELECT_SET, start.data(), nullptr,
                                              count.data(), nullptr);
    if (result < 0) selection.file = HdfId();
  }
  return selection;
}

}  // namespace

HdfId::~HdfId() {
  // Dropping a reference closes objects of every kind.
  if (id_ >= 0 && H5Idec_ref(id_) < 0) note_failed_close();
}

template <class Result>
Result HdfFile::checked(Result result, const char* call, std::string_view object) const {
  if (result < 0) throw_hdf5_error(call, object, path_);
  return result;
}

HdfFile HdfFile::create_together(const fs::path& path, MPI_Comm comm) {
  silence_hdf5();
  const HdfId access = parallel_access(path, comm);
  lay_out_always_alike(access, path);
  const HdfId creation = property_list(H5P_FILE_CREATE, path);
  require(H5Pset_obj_track_times(creation.get(), false), "H5Pset_obj_track_times", path);
  HdfId file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()));
  if (!file) throw_hdf5_error("H5Fcreate", "", path);
  return {std::move(file), path};
}

HdfFile HdfFile::open_together(const fs::path& path, MPI_Comm comm) {
  silence_hdf5();
  const HdfId access = parallel_access(path, comm);
  HdfId file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!file) throw_hdf5_error("H5Fopen", "", path);
  return {std::move(file), path};
}

HdfFile HdfFile::add_alone(const fs::path& path) {
  silence_hdf5();
  const HdfId access = property_list(H5P_FILE_ACCESS, path);
  require(H5Pset_file_locking(access.get(), false, true), "H5Pset_file_locking", path);
  lay_out_always_alike(access, path);
  HdfFile file({HdfId(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.get())), path});
  if (!file.file_) throw_hdf5_error("H5Fopen", "", path);
  return file;
}

HdfFile HdfFile::open_alone(const fs::path& path) {
  silence_hdf5();
  return patiently([&] { return try_open_alone(path); });
}

HdfFile HdfFile::try_open_alone(const fs::path& path) {
  static_cast<void>(open_regular_file(path));
  const HdfId access = property_list(H5P_FILE_ACCESS, path);
  // A published file never changes, and many cluster file systems have no locks.
  require(H5Pset_file_locking(access.get(), false, true), "H5Pset_file_locking", path);
  HdfId file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
  if (!file) {
    const std::string cause = hdf5_system_error();
    H5Eclear2(H5E_DEFAULT);
    if (!cause.empty()) throw UnavailableError(fmt::format("'{}' cannot be read: {}", path.string(), cause));
    // HDF5 does not tell of every call that failed: what is damaged is damaged the second time, too.
    file = HdfId(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()));
    H5Eclear2(H5E_DEFAULT);
  }
  if (!file) {
    throw InputError(
        fmt::format("'{}' is not an HDF5 file, or it is damaged. Name one that is whole, "
                    "such as results that 'shoal run' finished",
                    path.string()));
  }
  return {std::move(file), path};
}

void HdfFile::create_group(const std::string& object) {
  const HdfId creation = property_list(H5P_GROUP_CREATE, path_);
  require(H5Pset_obj_track_times(creation.get(), false), "H5Pset_obj_track_times", path_);
  const HdfId group(checked(H5Gcreate2(file_.get(), object.c_str(), H5P_DEFAULT, creation.get(), H5P_DEFAULT),
                            "H5Gcreate", object));
}

HdfId HdfFile::create_dataset(const std::string& object, const HdfType& type,
                              const std::vector<std::int64_t>& shape) {
  const HdfId creation = property_list(H5P_DATASET_CREATE, path_);
  require(H5Pset_obj_track_times(creation.get(), false), "H5Pset_obj_track_times", path_);
  require(H5Pset_layout(creation.get(), H5D_CONTIGUOUS), "H5Pset_layout", path_);
  // References to a heap are read before they are written: HDF5 wants them filled.
  const bool filled = H5Tis_variable_str(type.id.get()) > 0;
  require(H5Pset_fill_time(creation.get(), filled ? H5D_FILL_TIME_IFSET : H5D_FILL_TIME_NEVER),
          "H5Pset_fill_time", path_);
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  const HdfId space(checked(dims.empty()
                                ? H5Screate(H5S_SCALAR)
                                : H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr),
                            "H5Screate", object));
  return HdfId(checked(H5Dcreate2(file_.get(), object.c_str(), type.id.get(), space.get(), H5P_DEFAULT,
                                  creation.get(), H5P_DEFAULT),
                       "H5Dcreate", object));
}

std::uint64_t HdfFile::end_of(const HdfId& dataset) {
  const haddr_t begin = H5Dget_offset(dataset.get());
  return begin == HADDR_UNDEF ? 0 : begin + H5Dget_storage_size(dataset.get());
}

void HdfFile::write_rows(const HdfId& dataset, const HdfType& type, RowRange rows, const void* values,
                         std::string_view object) {
  const Selection selection = select_rows(dataset, rows);
  // The default transfer is independent.
  checked(H5Dwrite(dataset.get(), type.id.get(), selection.memory.get(), selection.file.get(), H5P_DEFAULT,
                   values),
          "H5Dwrite", object);
}

void HdfFile::read_rows(const HdfId& dataset, const HdfType& type, RowRange rows, void* values,
                        std::string_view object) const {
  const Selection selection = select_rows(dataset, rows);
  checked(H5Dread(dataset.get(), type.id.get(), selection.memory.get(), selection.file.get(), H5P_DEFAULT,
                  values),
          "H5Dread", object);
}

void HdfFile::write_texts(const HdfId& dataset, RowRange rows, std::span<const std::string> texts,
                          std::string_view object) {
  std::vector<const char*> pointers;
  pointers.reserve(texts.size());
  for (const std::string& text : texts) pointers.push_back(text.c_str());
  write_rows(dataset, HdfType::any_text(), rows, pointers.data(), object);
}

std::vector<std::string> HdfFile::read_texts(const HdfId& dataset, RowRange rows,
                                             std::string_view object) const {
  const Selection selection = select_rows(dataset, rows);
  const auto count =
      static_cast<std::size_t>(std::max<hssize_t>(H5Sget_select_npoints(selection.memory.get()), 0));
  std::vector<char*> pointers(count);
  if (count == 0) return {};
  const HdfType type = HdfType::any_text();
  checked(H5Dread(dataset.get(), type.id.get(), selection.memory.get(), selection.file.get(), H5P_DEFAULT,
                  pointers.data()),
          "H5Dread", object);
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
  H5Dvlen_reclaim(type.id.get(), selection.memory.get(), H5P_DEFAULT, pointers.data());
  return texts;
}

bool HdfFile::answered(htri_t answer, const char* call, const std::string& object) const {
  if (answer < 0 && !hdf5_system_error().empty()) throw_hdf5_error(call, object, path_);
  return answer > 0;
}

HdfObject HdfFile::kind(const std::string& object) const {
  // H5Lexists fails where a folder on the way is missing: ask for each.
  for (std::size_t end = object.find('/'); !object.empty(); end = object.find('/', end + 1)) {
    if (!answered(H5Lexists(file_.get(), object.substr(0, end).c_str(), H5P_DEFAULT), "H5Lexists", object))
      return HdfObject::absent;
    if (end == std::string::npos) break;
  }
  switch (H5Iget_type(open_object(object).get())) {
    case H5I_GROUP:
      return HdfObject::group;
    case H5I_DATASET:
      return HdfObject::dataset;
    default:
      return HdfObject::absent;
  }
}

HdfId HdfFile::open_object(const std::string& object) const {
  return HdfId(
      checked(H5Oopen(file_.get(), object.empty() ? "/" : object.c_str(), H5P_DEFAULT), "H5Oopen", object));
}

std::vector<std::string> HdfFile::members(const std::string& group) const {
  const HdfId id = open_object(group);
  H5G_info_t info;
  checked(H5Gget_info(id.get(), &info), "H5Gget_info", group);
  std::vector<std::string> names;
  for (hsize_t i = 0; i < info.nlinks; ++i) {
    const auto name_at = [&](char* name, std::size_t size) {
      return checked(
          H5Lget_name_by_idx(id.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, name, size, H5P_DEFAULT),
          "H5Lget_name_by_idx", group);
    };
    std::string name(static_cast<std::size_t>(name_at(nullptr, 0)), '\0');
    name_at(name.data(), name.size() + 1);
    names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

HdfDataset HdfFile::open_dataset(const std::string& object) const {
  HdfDataset dataset;
  dataset.id = HdfId(checked(H5Dopen2(file_.get(), object.c_str(), H5P_DEFAULT), "H5Dopen", object));
  const HdfId type(checked(H5Dget_type(dataset.id.get()), "H5Dget_type", object));
  dataset.kind = H5Tget_class(type.get());
  dataset.element_bytes = H5Tget_size(type.get());
  dataset.variable_text = H5Tis_variable_str(type.get()) > 0;
  const HdfId space(checked(H5Dget_space(dataset.id.get()), "H5Dget_space", object));
  std::vector<hsize_t> dims(static_cast<std::size_t>(
      checked(H5Sget_simple_extent_ndims(space.get()), "H5Sget_simple_extent_ndims", object)));
  H5Sget_simple_extent_dims(space.get(), dims.data(), nullptr);
  dataset.shape.assign(dims.begin(), dims.end());
  return dataset;
}

void HdfFile::close() {
  // Closing alone does not ask for the disk; flushing does, on every rank's host.
  checked(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), "H5Fflush", "");
  const herr_t closed = H5Fclose(file_.get());
  // A file that HDF5 could not close must not be touched again: it crashes.
  static_cast<void>(file_.release());
  if (closed < 0) note_failed_close();
  checked(closed, "H5Fclose", "");
}

}  // namespace shoal
