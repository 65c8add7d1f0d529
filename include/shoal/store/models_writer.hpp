// Writes models.h5: matrices that describe feature sets other than X, such as centroids and components. By
// all ranks.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "shoal/comm/communicator.hpp"

namespace shoal {

/// Every method is collective, with the same values on all ranks. Throws as H5adWriter does.
class ModelsWriter {
 public:
  /// path: the final name; its folder exists.
  ModelsWriter(Communicator& comm, std::filesystem::path path);
  /// Removes the file unless it was published.
  ~ModelsWriter();
  ModelsWriter(const ModelsWriter&) = delete;
  ModelsWriter& operator=(const ModelsWriter&) = delete;

  /// A dataset of float64, rows x columns, row-major, with the feature set that its columns are those of as
  /// its attribute "feature_set".
  void add(const std::string& name, std::span<const double> values, std::int64_t rows, std::int64_t columns,
           const std::string& feature_set);
  /// Closes, reads back and compares.
  void verify();
  void publish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal
