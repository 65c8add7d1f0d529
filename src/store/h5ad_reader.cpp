// Datasets and groups of a results file as plain values.
#include "shoal/store/h5ad_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

#include "hdf5.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Groups nest this deep at most: hard links can make a group its own member.
constexpr int kDeepest = 32;

std::string join(const std::string& group, const std::string& name) {
  return group.empty() ? name : group + "/" + name;
}

std::int64_t rows_of_shape(const std::vector<std::int64_t>& shape) { return shape.empty() ? 1 : shape[0]; }

std::string kind_name(ArrayInfo::Kind kind) {
  switch (kind) {
    case ArrayInfo::Kind::integer:
      return "integers";
    case ArrayInfo::Kind::real:
      return "real numbers";
    case ArrayInfo::Kind::boolean:
      return "truths";
    case ArrayInfo::Kind::text:
      break;
  }
  return "text";
}

}  // namespace

struct H5adFile::State {
  HdfFile file;

  [[nodiscard]] HdfDataset open(const std::string& object) const {
    if (file.kind(object) == HdfObject::dataset) return file.open_dataset(object);
    throw InputError(
        fmt::format("'{}' has no array '{}'. It was written by another version of Shoal, or for a job "
                    "without it",
                    file.path().string(), object));
  }

  [[nodiscard]] ArrayInfo info(const std::string& object, const HdfDataset& dataset) const {
    return {object, kind_of(object, dataset), dataset.element_bytes, dataset.shape};
  }

  [[nodiscard]] ArrayInfo::Kind kind_of(const std::string& object, const HdfDataset& dataset) const {
    if (dataset.kind == H5T_INTEGER) return ArrayInfo::Kind::integer;
    if (dataset.kind == H5T_FLOAT) return ArrayInfo::Kind::real;
    if (dataset.kind == H5T_ENUM && dataset.element_bytes == 1) return ArrayInfo::Kind::boolean;
    if (dataset.kind == H5T_STRING) return ArrayInfo::Kind::text;
    throw InputError(
        fmt::format("'{}' in '{}' has a type that Shoal never writes. Another program has changed the "
                    "file; name the one that 'shoal run' made",
                    object, file.path().string()));
  }

  void expect_kind(const ArrayInfo& array, std::initializer_list<ArrayInfo::Kind> wanted) const {
    if (std::find(wanted.begin(), wanted.end(), array.kind) != wanted.end()) return;
    throw InputError(
        fmt::format("'{}' in '{}' holds {}, where {} are expected. Name a file that this version of "
                    "Shoal wrote",
                    array.path, file.path().string(), kind_name(array.kind), kind_name(*wanted.begin())));
  }

  template <class T>
  [[nodiscard]] std::vector<T> read(const ArrayInfo& array, const HdfType& type, std::size_t per_element,
                                    std::int64_t first, std::int64_t count) const {
    const HdfDataset dataset = open(array.path);
    std::size_t row = per_element;
    for (std::size_t i = 1; i < dataset.shape.size(); ++i) row *= static_cast<std::size_t>(dataset.shape[i]);
    std::vector<T> values(row * static_cast<std::size_t>(count));
    if (!values.empty()) file.read_rows(dataset.id, type, {first, first + count}, values.data(), array.path);
    return values;
  }

  void collect(const std::string& group, int depth, std::vector<ArrayInfo>& arrays) const {
    if (depth > kDeepest) {
      throw InputError(fmt::format("'{}' nests groups more than {} deep, which Shoal never writes",
                                   file.path().string(), kDeepest));
    }
    for (const std::string& name : file.members(group)) {
      const std::string object = join(group, name);
      const HdfObject kind = file.kind(object);
      if (kind == HdfObject::group) collect(object, depth + 1, arrays);
      if (kind == HdfObject::dataset) arrays.push_back(info(object, file.open_dataset(object)));
    }
  }
};

std::int64_t ArrayInfo::elements() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

H5adFile::H5adFile(const fs::path& path) : state_(std::make_unique<State>(State{HdfFile::open_alone(path)})) {
  const HdfFile& file = state_->file;
  const bool ours = file.text_attribute("", "encoding-type") == "anndata" &&
                    file.kind("uns/shoal") == HdfObject::group &&
                    file.kind("obs/_index") == HdfObject::dataset;
  if (ours) return;
  throw InputError(
      fmt::format("'{}' is an HDF5 file, but not results of Shoal. Name a results file that 'shoal run' "
                  "finished",
                  path.string()));
}

H5adFile::~H5adFile() = default;
H5adFile::H5adFile(H5adFile&&) noexcept = default;
H5adFile& H5adFile::operator=(H5adFile&&) noexcept = default;

const fs::path& H5adFile::path() const { return state_->file.path(); }

std::int64_t H5adFile::rows() const { return rows_of_shape(array("obs/_index").shape); }
std::int64_t H5adFile::columns() const { return rows_of_shape(array("var/_index").shape); }

bool H5adFile::has(const std::string& object) const { return state_->file.kind(object) != HdfObject::absent; }

std::vector<std::string> H5adFile::members(const std::string& group) const {
  if (state_->file.kind(group) == HdfObject::group) return state_->file.members(group);
  throw InputError(fmt::format("'{}' has no group '{}'", path().string(), group));
}

std::vector<std::string> H5adFile::column_order(const std::string& table) const {
  return state_->file.texts_attribute(table, "column-order");
}

std::vector<ArrayInfo> H5adFile::arrays(const std::string& group) const {
  std::vector<ArrayInfo> found;
  state_->collect(group, 0, found);
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
}

ArrayInfo H5adFile::array(const std::string& object) const {
  return state_->info(object, state_->open(object));
}

std::vector<std::int64_t> H5adFile::integer_rows(const ArrayInfo& array, std::int64_t first,
                                                 std::int64_t count) const {
  state_->expect_kind(array, {ArrayInfo::Kind::integer, ArrayInfo::Kind::boolean});
  if (array.kind == ArrayInfo::Kind::integer) {
    return state_->read<std::int64_t>(array, HdfType::int64(), 1, first, count);
  }
  const auto truths = state_->read<std::int8_t>(array, HdfType::boolean(), 1, first, count);
  return {truths.begin(), truths.end()};
}

std::vector<double> H5adFile::number_rows(const ArrayInfo& array, std::int64_t first,
                                          std::int64_t count) const {
  if (array.kind == ArrayInfo::Kind::boolean) {
    const auto truths = integer_rows(array, first, count);
    return {truths.begin(), truths.end()};
  }
  state_->expect_kind(array, {ArrayInfo::Kind::real, ArrayInfo::Kind::integer});
  return state_->read<double>(array, HdfType::float64(), 1, first, count);
}

std::vector<std::string> H5adFile::string_rows(const ArrayInfo& array, std::int64_t first,
                                               std::int64_t count) const {
  state_->expect_kind(array, {ArrayInfo::Kind::text});
  if (const HdfDataset dataset = state_->open(array.path); dataset.variable_text) {
    return state_->file.read_texts(dataset.id, {first, first + count}, array.path);
  }
  const std::size_t length = array.element_bytes;
  const auto packed = state_->read<char>(array, HdfType::text(length), length, first, count);
  std::vector<std::string> texts;
  texts.reserve(packed.size() / length);
  for (std::size_t at = 0; at < packed.size(); at += length) {
    const std::string_view padded(packed.data() + at, length);
    const std::size_t last = padded.find_last_not_of('\0');
    texts.emplace_back(padded.substr(0, last == std::string_view::npos ? 0 : last + 1));
  }
  return texts;
}

std::vector<std::int64_t> H5adFile::integers(const std::string& object) const {
  const ArrayInfo whole = array(object);
  return integer_rows(whole, 0, rows_of_shape(whole.shape));
}

std::vector<double> H5adFile::numbers(const std::string& object) const {
  const ArrayInfo whole = array(object);
  return number_rows(whole, 0, rows_of_shape(whole.shape));
}

std::vector<std::string> H5adFile::strings(const std::string& object) const {
  const ArrayInfo whole = array(object);
  return string_rows(whole, 0, rows_of_shape(whole.shape));
}

std::string H5adFile::text_at(const std::string& object, std::int64_t row) const {
  if (state_->file.kind(object) != HdfObject::group) return string_rows(array(object), row, 1).front();
  const std::int64_t code = integer_rows(array(object + "/codes"), row, 1).front();
  return code < 0 ? "" : string_rows(array(object + "/categories"), code, 1).front();
}

Categorical H5adFile::categorical(const std::string& object) const {
  return {integers(object + "/codes"), strings(object + "/categories")};
}

UnsValue H5adFile::uns(const std::string& object) const {
  if (state_->file.kind(object) == HdfObject::group) {
    UnsValue tree;
    for (const std::string& name : members(object)) tree[name] = uns(join(object, name));
    return tree;
  }
  const ArrayInfo whole = array(object);
  const bool scalar = whole.shape.empty();
  switch (whole.kind) {
    case ArrayInfo::Kind::boolean:
      if (scalar) return integers(object)[0] != 0;
      return UnsArray<std::int64_t>(integers(object), whole.shape);
    case ArrayInfo::Kind::integer:
      if (scalar) return integers(object)[0];
      return UnsArray<std::int64_t>(integers(object), whole.shape);
    case ArrayInfo::Kind::real:
      if (scalar) return numbers(object)[0];
      return UnsArray<double>(numbers(object), whole.shape);
    case ArrayInfo::Kind::text:
      break;
  }
  if (scalar) return strings(object)[0];
  return UnsArray<std::string>(strings(object), whole.shape);
}

}  // namespace shoal
