// The HDF5 calls in use, each checked: a failure becomes a sentence with what HDF5 says about it.
#pragma once

#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "shoal/data/blocks.hpp"

namespace shoal {

/// Owns an HDF5 identifier of any kind.
class HdfId {
 public:
  HdfId() = default;
  explicit HdfId(hid_t id) : id_(id) {}
  ~HdfId();
  HdfId(HdfId&& other) noexcept : id_(std::exchange(other.id_, H5I_INVALID_HID)) {}
  HdfId& operator=(HdfId&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  [[nodiscard]] hid_t get() const { return id_; }
  [[nodiscard]] hid_t release() { return std::exchange(id_, H5I_INVALID_HID); }
  explicit operator bool() const { return id_ >= 0; }

 private:
  hid_t id_ = H5I_INVALID_HID;
};

/// The element type of a dataset. Stored and in memory it is the same little-endian type: a conversion would
/// silently turn collective writes into independent ones.
struct HdfType {
  HdfId id;
  std::size_t bytes = 0;

  static HdfType int8();
  static HdfType int16();
  static HdfType int32();
  static HdfType int64();
  static HdfType float32();
  static HdfType float64();
  /// One byte, the enumeration {FALSE = 0, TRUE = 1} that h5py takes for bool.
  static HdfType boolean();
  /// UTF-8 in `length` >= 1 bytes, padded with zero bytes.
  static HdfType text(std::size_t length);
  /// UTF-8 of any length: for attributes, and for datasets that one process writes, as parallel HDF5 refuses
  /// them.
  static HdfType any_text();
};

/// What a dataset is, without its values.
struct HdfDataset {
  HdfId id;
  H5T_class_t kind = H5T_NO_CLASS;
  std::size_t element_bytes = 0;
  bool variable_text = false;
  std::vector<std::int64_t> shape;  ///< empty: a scalar
};

enum class HdfObject { absent, group, dataset };

/// An HDF5 file. Objects are named by their path from the root, "obs/_index".
class HdfFile {
 public:
  /// A new file that all ranks of the communicator write; an existing one is overwritten.
  static HdfFile create_together(const std::filesystem::path& path, MPI_Comm comm);
  /// For reading by all ranks: objects are opened by all ranks in the same order, values are read by each
  /// alone.
  static HdfFile open_together(const std::filesystem::path& path, MPI_Comm comm);
  /// For reading by this process, without MPI.
  static HdfFile open_alone(const std::filesystem::path& path);
  /// For adding to a closed file by this process, without MPI.
  static HdfFile add_alone(const std::filesystem::path& path);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  void create_group(const std::string& object);
  /// Contiguous, without fill values and times. shape: empty for a scalar.
  HdfId create_dataset(const std::string& object, const HdfType& type,
                       const std::vector<std::int64_t>& shape);
  /// Where the values of a dataset end in the file, in bytes; 0 where it has none.
  [[nodiscard]] static std::uint64_t end_of(const HdfId& dataset);
  void set_text(const std::string& object, const std::string& attribute, const std::string& value);
  void set_texts(const std::string& object, const std::string& attribute,
                 const std::vector<std::string>& values);
  void set_integers(const std::string& object, const std::string& attribute,
                    const std::vector<std::int64_t>& values);
  void set_boolean(const std::string& object, const std::string& attribute, bool value);

  [[nodiscard]] HdfObject kind(const std::string& object) const;
  /// Names in a group, sorted by bytes.
  [[nodiscard]] std::vector<std::string> members(const std::string& group) const;
  [[nodiscard]] HdfDataset open_dataset(const std::string& object) const;
  /// Empty where there is no such attribute, or it is no text.
  [[nodiscard]] std::string text_attribute(const std::string& object, const std::string& attribute) const;
  [[nodiscard]] std::vector<std::string> texts_attribute(const std::string& object,
                                                         const std::string& attribute) const;
  [[nodiscard]] std::vector<std::int64_t> integers_attribute(const std::string& object,
                                                             const std::string& attribute) const;

  /// Rows of the first dimension, by this rank alone. A scalar is one row.
  void write_rows(const HdfId& dataset, const HdfType& type, RowRange rows, const void* values,
                  std::string_view object);
  /// type: that of the memory; HDF5 converts.
  void read_rows(const HdfId& dataset, const HdfType& type, RowRange rows, void* values,
                 std::string_view object) const;
  /// Texts of any length, by one process. Whole rows of a dataset of any dimension.
  void write_texts(const HdfId& dataset, RowRange rows, std::span<const std::string> texts,
                   std::string_view object);
  [[nodiscard]] std::vector<std::string> read_texts(const HdfId& dataset, RowRange rows,
                                                    std::string_view object) const;

  /// Flushes to the disk and closes; collective where the file is shared.
  void close();
  /// Leaves the file open for HDF5 to close at the end of MPI: for a rank that leaves alone while others
  /// still work, since closing would wait for them.
  void abandon() { static_cast<void>(file_.release()); }

 private:
  static HdfFile try_open_alone(const std::filesystem::path& path);
  /// The answer to a question; one that could not be asked because reading failed is no "no".
  [[nodiscard]] bool answered(htri_t answer, const char* call, const std::string& object) const;
  HdfFile(HdfId file, std::filesystem::path path) : file_(std::move(file)), path_(std::move(path)) {}
  /// The id, or an error that names call, object and file.
  template <class Result>
  Result checked(Result result, const char* call, std::string_view object) const;
  [[nodiscard]] HdfId open_object(const std::string& object) const;
  [[nodiscard]] HdfId open_attribute(const std::string& object, const std::string& attribute) const;
  void write_attribute(const std::string& object, const std::string& attribute, const HdfType& type,
                       const HdfId& space, const void* value);

  HdfId file_;
  std::filesystem::path path_;
};

}  // namespace shoal
