// A matrix of an AnnData file (.h5ad) that any program wrote, with the names of its rows.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// What HDF5 files begin with.
inline constexpr std::string_view kHdf5Magic = "\x89HDF\r\n\x1a\n";

/// Read by one process, without MPI, row by row. All reads are patient.
class H5adVectors {
 public:
  /// object: "X", or "obsm/NAME". Throws InputError where the file has no such dense matrix of numbers, or no
  /// names of as many rows; UnavailableError.
  H5adVectors(const std::filesystem::path& path, const std::string& object);
  ~H5adVectors();
  H5adVectors(H5adVectors&&) noexcept;
  H5adVectors& operator=(H5adVectors&&) noexcept;

  [[nodiscard]] std::int64_t rows() const;
  [[nodiscard]] std::int64_t columns() const;
  /// The index of obs, rows [first, first + count).
  [[nodiscard]] std::vector<std::string> names(std::int64_t first, std::int64_t count) const;
  /// values: count x columns(). A number that float32 cannot hold becomes an infinity.
  void read(std::int64_t first, std::int64_t count, std::span<float> values) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace shoal
