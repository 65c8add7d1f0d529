// Compares two results, array by array: identical, or how far apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shoal {

/// What became of one array of either side.
struct ArrayComparison {
  enum class Outcome { identical, different_values, different_kind_or_shape, only_in_a, only_in_b };
  std::string path;
  Outcome outcome = Outcome::identical;
  std::int64_t values = 0;      ///< compared
  std::int64_t differing = 0;   ///< of these; two NaN are equal, a NaN and a number are not
  double largest_absolute = 0;  ///< |a - b|; infinite where one side is NaN; 0 for text
  double largest_relative = 0;  ///< |a - b| / max(|a|, |b|)
  std::string note = {};        ///< the two shapes or kinds, where they differ
};

struct FileComparison {
  std::string name;
  bool in_a = true;
  bool in_b = true;
  bool same_bytes = false;  ///< the whole files, not only their arrays
  std::vector<ArrayComparison> arrays = {};

  [[nodiscard]] bool identical() const;
};

struct ResultsComparison {
  std::vector<FileComparison> files;
  /// Every file stands on both sides with the same arrays and values.
  [[nodiscard]] bool identical() const;
};

/// a, b: two folders with .h5ad files, or two .h5ad files. Reads piece by piece: memory does not grow with
/// the results. Throws InputError where one cannot be read, or holds no results.
ResultsComparison compare_results(const std::filesystem::path& a, const std::filesystem::path& b);

/// Lines for a person. Identical arrays are counted, differing ones listed.
std::string format_comparison(const ResultsComparison& comparison);

}  // namespace shoal
