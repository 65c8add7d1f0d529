// Compares two results, array by array: identical, or how far apart.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "shoal/store/overview.hpp"

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
  std::optional<ResultsOverview> overview =
      std::nullopt;  ///< of the files that both have; absent: there are none
  /// Every file stands on both sides with the same arrays and values.
  [[nodiscard]] bool identical() const;
};

/// a, b: two folders with .h5ad files, or two .h5ad files. Arrays are read piece by piece; 8 bytes are held
/// of each row for its labels, and 32 more where the two have other rows, or rows in another order. Throws
/// InputError where one cannot be read, or holds no results.
ResultsComparison compare_results(const std::filesystem::path& a, const std::filesystem::path& b);

/// Lines for a person: the overview, then each file, whose identical arrays are counted and differing ones
/// listed, those with the largest differences first.
std::string format_comparison(const ResultsComparison& comparison);

}  // namespace shoal
