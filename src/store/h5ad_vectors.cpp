// HDF5 tells little of why it could not read: whatever it refuses is tried again, as a disk that fails for a
// moment would be.
#include "shoal/store/h5ad_vectors.hpp"

#include <fmt/format.h>

#include <limits>

#include "hdf5.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Calls read patiently; what HDF5 fails at could not be had.
template <class Read>
auto patient(const Read& read) {
  return patiently([&] {
    try {
      return read();
    } catch (const FailureError& error) {
      throw UnavailableError(error.what());
    }
  });
}

float narrowed(double value) {
  constexpr double kMost = std::numeric_limits<float>::max();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  if (value > kMost) return kInfinity;
  return value < -kMost ? -kInfinity : static_cast<float>(value);
}

}  // namespace

struct H5adVectors::State {
  HdfFile file;
  std::string object;
  std::string names;
  std::int64_t rows = 0;
  std::int64_t columns = 0;

  [[noreturn]] void fail(const std::string& why) const {
    throw InputError(fmt::format("'{}' has no vectors that are read here: {}", file.path().string(), why));
  }

  /// What stands where the matrix should, for a person.
  [[nodiscard]] std::string there() const {
    std::string list = file.kind("X") == HdfObject::absent ? "" : "X";
    if (file.kind("obsm") != HdfObject::group) return list.empty() ? "nothing" : list;
    for (const std::string& name : file.members("obsm")) list += (list.empty() ? "obsm/" : ", obsm/") + name;
    return list.empty() ? "nothing" : list;
  }

  void find_matrix() {
    const HdfObject kind = file.kind(object);
    if (kind == HdfObject::absent) fail(fmt::format("there is no '{}'; it has {}", object, there()));
    if (kind == HdfObject::group) {
      fail(fmt::format("'{}' is sparse or a table; write it as a dense matrix (X.toarray())", object));
    }
    const HdfDataset matrix = file.open_dataset(object);
    if (matrix.kind != H5T_INTEGER && matrix.kind != H5T_FLOAT)
      fail(fmt::format("'{}' holds no numbers", object));
    if (matrix.shape.size() != 2)
      fail(fmt::format("'{}' has {} dimensions, not 2", object, matrix.shape.size()));
    rows = matrix.shape[0];
    columns = matrix.shape[1];
  }

  void find_names() {
    if (file.kind("obs") != HdfObject::group) {
      fail("'obs' is no group, as before anndata 0.7; write the file again with a newer one");
    }
    const std::string index = file.text_attribute("obs", "_index");
    names = "obs/" + (index.empty() ? "_index" : index);
    if (file.kind(names) != HdfObject::dataset) fail("'obs' has no index");
    const HdfDataset texts = file.open_dataset(names);
    if (texts.kind != H5T_STRING || texts.shape.size() != 1) fail("the index of 'obs' holds no texts");
    if (texts.shape[0] != rows) {
      fail(fmt::format("'{}' has {} rows, and the index of 'obs' {} names", object, rows, texts.shape[0]));
    }
  }
};

H5adVectors::H5adVectors(const fs::path& path, const std::string& object)
    : state_(patient([&] {
        auto state = std::make_unique<State>(State{HdfFile::open_alone(path), object, {}});
        state->find_matrix();
        state->find_names();
        return state;
      })) {}

H5adVectors::~H5adVectors() = default;
H5adVectors::H5adVectors(H5adVectors&&) noexcept = default;
H5adVectors& H5adVectors::operator=(H5adVectors&&) noexcept = default;

std::int64_t H5adVectors::rows() const { return state_->rows; }
std::int64_t H5adVectors::columns() const { return state_->columns; }

std::vector<std::string> H5adVectors::names(std::int64_t first, std::int64_t count) const {
  return patient([&] {
    const HdfDataset texts = state_->file.open_dataset(state_->names);
    const RowRange rows{first, first + count};
    if (texts.variable_text) return state_->file.read_texts(texts.id, rows, state_->names);
    const std::size_t length = texts.element_bytes;
    std::string packed(length * static_cast<std::size_t>(count), '\0');
    state_->file.read_rows(texts.id, HdfType::text(length), rows, packed.data(), state_->names);
    std::vector<std::string> names;
    for (std::size_t at = 0; at < packed.size(); at += length) {
      const std::string_view padded = std::string_view(packed).substr(at, length);
      const std::size_t last = padded.find_last_not_of('\0');
      names.emplace_back(padded.substr(0, last == padded.npos ? 0 : last + 1));
    }
    return names;
  });
}

void H5adVectors::read(std::int64_t first, std::int64_t count, std::span<float> values) const {
  if (values.empty()) return;
  patient([&] {
    const HdfDataset matrix = state_->file.open_dataset(state_->object);
    const RowRange rows{first, first + count};
    if (matrix.kind == H5T_FLOAT && matrix.element_bytes <= sizeof(float)) {
      return state_->file.read_rows(matrix.id, HdfType::float32(), rows, values.data(), state_->object);
    }
    std::vector<double> wide(values.size());
    state_->file.read_rows(matrix.id, HdfType::float64(), rows, wide.data(), state_->object);
    for (std::size_t i = 0; i < wide.size(); ++i) values[i] = narrowed(wide[i]);
  });
}

}  // namespace shoal
