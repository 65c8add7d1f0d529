// Each kind of value in its encoding.
#include "uns_writer.hpp"

#include <fmt/format.h>

#include <functional>
#include <numeric>

#include "h5ad_columns.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// All rows at the root, none elsewhere.
RowRange rows_at_root(const VerifiedFile& file, const std::vector<std::int64_t>& shape) {
  const std::int64_t rows = shape.empty() ? 1 : shape[0];
  return {0, file.comm().is_root() ? rows : 0};
}

class UnsWriter {
 public:
  UnsWriter(VerifiedFile& file, std::string object) : file_(file), object_(std::move(object)) {}

  void operator()(const UnsValue::Map& members) {
    file_.change("creating the group '" + object_ + "'", [&](HdfFile& hdf) { hdf.create_group(object_); });
    mark_encoding(file_, object_, "dict", "0.1.0");
    for (const auto& [name, value] : members) {
      write_uns(file_, object_ + "/" + checked_name(file_, object_, name), value);
    }
  }
  void operator()(bool truth) {
    const std::uint8_t byte = truth ? 1 : 0;
    write({}, HdfType::boolean(), std::as_bytes(std::span(&byte, 1)), "numeric-scalar");
  }
  void operator()(std::int64_t number) {
    write({}, HdfType::int64(), std::as_bytes(std::span(&number, 1)), "numeric-scalar");
  }
  void operator()(double number) {
    write({}, HdfType::float64(), std::as_bytes(std::span(&number, 1)), "numeric-scalar");
  }
  void operator()(const std::string& text) {
    write_texts(file_, object_, {}, rows_at_root(file_, {}), {&text, 1});
  }
  void operator()(const UnsArray<std::int64_t>& array) {
    expect_shape(array);
    write(array.shape, HdfType::int64(), std::as_bytes(std::span(array.values)), "array");
  }
  void operator()(const UnsArray<double>& array) {
    expect_shape(array);
    write(array.shape, HdfType::float64(), std::as_bytes(std::span(array.values)), "array");
  }
  void operator()(const UnsArray<std::string>& array) {
    expect_shape(array);
    write_texts(file_, object_, array.shape, rows_at_root(file_, array.shape), array.values);
  }

 private:
  void write(const std::vector<std::int64_t>& shape, HdfType type, std::span<const std::byte> bytes,
             const char* encoding) {
    file_.write(rows_part(object_, std::move(type), shape, rows_at_root(file_, shape), bytes));
    mark_encoding(file_, object_, encoding, "0.2.0");
  }

  template <class T>
  void expect_shape(const UnsArray<T>& array) {
    file_.together("counting '" + object_ + "'", [&] {
      const std::int64_t wanted =
          std::accumulate(array.shape.begin(), array.shape.end(), std::int64_t{1}, std::multiplies<>());
      if (!array.shape.empty() && static_cast<std::int64_t>(array.values.size()) == wanted) return;
      throw FailureError(
          fmt::format("'{}' holds {} values, but its shape asks for {}. This is a defect of Shoal; "
                      "please report it",
                      object_, array.values.size(), wanted));
    });
  }

  VerifiedFile& file_;
  std::string object_;
};

}  // namespace

void write_uns(VerifiedFile& file, const std::string& object, const UnsValue& value) {
  std::visit(UnsWriter(file, object), value.variant());
}

}  // namespace shoal
