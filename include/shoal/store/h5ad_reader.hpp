// Reads a results file (.h5ad) of Shoal by one process, without MPI.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "shoal/store/uns_value.hpp"

namespace shoal {

/// A dataset of a results file.
struct ArrayInfo {
  enum class Kind { integer, real, boolean, text };
  std::string path;  ///< from the root, "obs/_index"
  Kind kind = Kind::integer;
  std::size_t element_bytes = 0;    ///< of a text: its padded length
  std::vector<std::int64_t> shape;  ///< empty: a scalar

  [[nodiscard]] std::int64_t elements() const;
  friend bool operator==(const ArrayInfo&, const ArrayInfo&) = default;
};

struct Categorical {
  std::vector<std::int64_t> codes;  ///< index into categories, -1 where missing
  std::vector<std::string> categories;
};

/// Objects are named by their path from the root. Every method throws InputError, with a sentence that names
/// file and object, where the object is missing or of another kind.
class H5adFile {
 public:
  /// Throws InputError where the file is missing, damaged, or not one that Shoal wrote.
  explicit H5adFile(const std::filesystem::path& path);
  ~H5adFile();
  H5adFile(H5adFile&&) noexcept;
  H5adFile& operator=(H5adFile&&) noexcept;

  [[nodiscard]] const std::filesystem::path& path() const;
  /// Rows of obs, and of var.
  [[nodiscard]] std::int64_t rows() const;
  [[nodiscard]] std::int64_t columns() const;

  [[nodiscard]] bool has(const std::string& object) const;
  /// Names in a group, sorted by bytes.
  [[nodiscard]] std::vector<std::string> members(const std::string& group) const;
  /// Names of the columns of "obs" or "var" in their order, without the index.
  [[nodiscard]] std::vector<std::string> column_order(const std::string& table) const;
  /// Every dataset below a group ("": the root), sorted by path.
  [[nodiscard]] std::vector<ArrayInfo> arrays(const std::string& group = "") const;
  [[nodiscard]] ArrayInfo array(const std::string& object) const;

  // Whole datasets, row-major; a scalar is one value.
  /// Integers and truths.
  [[nodiscard]] std::vector<std::int64_t> integers(const std::string& object) const;
  /// Numbers of any kind.
  [[nodiscard]] std::vector<double> numbers(const std::string& object) const;
  [[nodiscard]] std::vector<std::string> strings(const std::string& object) const;
  /// One text of a column of texts or of categories; empty where it is missing.
  [[nodiscard]] std::string text_at(const std::string& object, std::int64_t row) const;
  [[nodiscard]] Categorical categorical(const std::string& object) const;
  /// The tree below a group or at a dataset, for example "uns/shoal".
  [[nodiscard]] UnsValue uns(const std::string& object) const;

  // Rows [first, first + count) of the first dimension; for what is too large to hold.
  [[nodiscard]] std::vector<std::int64_t> integer_rows(const ArrayInfo& array, std::int64_t first,
                                                       std::int64_t count) const;
  [[nodiscard]] std::vector<double> number_rows(const ArrayInfo& array, std::int64_t first,
                                                std::int64_t count) const;
  [[nodiscard]] std::vector<std::string> string_rows(const ArrayInfo& array, std::int64_t first,
                                                     std::int64_t count) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal
