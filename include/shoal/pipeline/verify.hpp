// Whether a finished run is what it was: its files, its counts, and a sample of its rows computed again.
#pragma once

#include <cstdint>
#include <filesystem>

#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/verification.hpp"

namespace shoal {

struct KindTable;

struct VerifyOptions {
  std::filesystem::path results;
  std::int64_t sample = 64;          ///< rows to compute again
  int threads = 0;                   ///< of each rank; 0: its share of the node's processors
  const KindTable* kinds = nullptr;  ///< what job files may ask for; null: all that is built in
};

/// Recomputes every checksum, count and identity, and a sample of rows from their inputs; which rows is drawn
/// from the checksums, so that nobody chooses them. The same on all ranks. Collective. Throws InputError
/// where there is no finished run.
Verification verify_results(Communicator& comm, const VerifyOptions& options);

}  // namespace shoal
