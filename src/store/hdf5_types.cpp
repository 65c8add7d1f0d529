// Element types and attributes of HDF5.
#include <fmt/format.h>

#include "hdf5.hpp"
#include "hdf5_error.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

HdfType copy_of(hid_t type) {
  HdfType copy{HdfId(H5Tcopy(type)), 0};
  if (!copy.id) throw FailureError("HDF5 refuses to copy one of its own types; its installation is damaged");
  copy.bytes = H5Tget_size(copy.id.get());
  return copy;
}

HdfType utf8_of(std::size_t length) {
  HdfType type = copy_of(H5T_C_S1);
  H5Tset_size(type.id.get(), length);
  H5Tset_cset(type.id.get(), H5T_CSET_UTF8);
  return type;
}

HdfId simple_space(std::size_t count) {
  const hsize_t dims = count;
  return HdfId(H5Screate_simple(1, &dims, nullptr));
}

}  // namespace

HdfType HdfType::int8() { return copy_of(H5T_STD_I8LE); }
HdfType HdfType::int16() { return copy_of(H5T_STD_I16LE); }
HdfType HdfType::int32() { return copy_of(H5T_STD_I32LE); }
HdfType HdfType::int64() { return copy_of(H5T_STD_I64LE); }
HdfType HdfType::float32() { return copy_of(H5T_IEEE_F32LE); }
HdfType HdfType::float64() { return copy_of(H5T_IEEE_F64LE); }

HdfType HdfType::boolean() {
  HdfType type{HdfId(H5Tenum_create(H5T_STD_I8LE)), 1};
  const std::int8_t no = 0;
  const std::int8_t yes = 1;
  H5Tenum_insert(type.id.get(), "FALSE", &no);
  H5Tenum_insert(type.id.get(), "TRUE", &yes);
  return type;
}

HdfType HdfType::text(std::size_t length) {
  HdfType type = utf8_of(length);
  H5Tset_strpad(type.id.get(), H5T_STR_NULLPAD);
  type.bytes = length;
  return type;
}

HdfType HdfType::any_text() {
  HdfType type = utf8_of(H5T_VARIABLE);
  type.bytes = sizeof(char*);
  return type;
}

void HdfFile::write_attribute(const std::string& object, const std::string& attribute, const HdfType& type,
                              const HdfId& space, const void* value) {
  const HdfId target = open_object(object);
  const HdfId id(
      H5Acreate2(target.get(), attribute.c_str(), type.id.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT));
  if (!id) throw_hdf5_error("H5Acreate", object, path_);
  if (value != nullptr && H5Awrite(id.get(), type.id.get(), value) < 0)
    throw_hdf5_error("H5Awrite", object, path_);
}

void HdfFile::set_text(const std::string& object, const std::string& attribute, const std::string& value) {
  const char* pointer = value.c_str();
  write_attribute(object, attribute, HdfType::any_text(), HdfId(H5Screate(H5S_SCALAR)), &pointer);
}

void HdfFile::set_texts(const std::string& object, const std::string& attribute,
                        const std::vector<std::string>& values) {
  std::vector<const char*> pointers;
  for (const std::string& value : values) pointers.push_back(value.c_str());
  write_attribute(object, attribute, HdfType::any_text(), simple_space(values.size()),
                  pointers.empty() ? nullptr : pointers.data());
}

void HdfFile::set_integers(const std::string& object, const std::string& attribute,
                           const std::vector<std::int64_t>& values) {
  write_attribute(object, attribute, HdfType::int64(), simple_space(values.size()), values.data());
}

void HdfFile::set_boolean(const std::string& object, const std::string& attribute, bool value) {
  const std::int8_t byte = value ? 1 : 0;
  write_attribute(object, attribute, HdfType::boolean(), HdfId(H5Screate(H5S_SCALAR)), &byte);
}

HdfId HdfFile::open_attribute(const std::string& object, const std::string& attribute) const {
  const HdfId target = open_object(object);
  if (!answered(H5Aexists(target.get(), attribute.c_str()), "H5Aexists", object)) return HdfId();
  return HdfId(H5Aopen(target.get(), attribute.c_str(), H5P_DEFAULT));
}

std::string HdfFile::text_attribute(const std::string& object, const std::string& attribute) const {
  const std::vector<std::string> values = texts_attribute(object, attribute);
  return values.size() == 1 ? values.front() : std::string();
}

std::vector<std::string> HdfFile::texts_attribute(const std::string& object,
                                                  const std::string& attribute) const {
  const HdfId id = open_attribute(object, attribute);
  if (!id) return {};
  const HdfId type(H5Aget_type(id.get()));
  const HdfId space(H5Aget_space(id.get()));
  if (H5Tis_variable_str(type.get()) <= 0) return {};
  std::vector<char*> pointers(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  if (pointers.empty()) return {};
  const HdfType memory = HdfType::any_text();
  if (H5Aread(id.get(), memory.id.get(), pointers.data()) < 0) throw_hdf5_error("H5Aread", object, path_);
  std::vector<std::string> values;
  for (const char* pointer : pointers) values.emplace_back(pointer == nullptr ? "" : pointer);
  H5Dvlen_reclaim(memory.id.get(), space.get(), H5P_DEFAULT, pointers.data());
  return values;
}

std::vector<std::int64_t> HdfFile::integers_attribute(const std::string& object,
                                                      const std::string& attribute) const {
  const HdfId id = open_attribute(object, attribute);
  if (!id) return {};
  const HdfId space(H5Aget_space(id.get()));
  std::vector<std::int64_t> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.get())));
  if (H5Aread(id.get(), HdfType::int64().id.get(), values.data()) < 0)
    throw_hdf5_error("H5Aread", object, path_);
  return values;
}

}  // namespace shoal
