// A CRC32C of every MiB of a file: what a finished file is checked against for ever after.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"

namespace shoal {

struct FileChecksums {
  static constexpr std::uint64_t kPiece = std::uint64_t{1} << 20;
  std::uint64_t bytes = 0;
  std::vector<std::uint32_t> pieces;  ///< the last one of what is left

  /// Eight hexadecimal digits a piece.
  [[nodiscard]] std::string text() const;
};

/// The ranks share out the pieces. Throws InputError, on all ranks, where the file cannot be read.
/// Collective.
FileChecksums checksums_of(Communicator& comm, const std::filesystem::path& path);

}  // namespace shoal
