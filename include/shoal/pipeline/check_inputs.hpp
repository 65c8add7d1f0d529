// Looking at inputs for which there is no job yet.
#pragma once

#include <filesystem>

#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

/// Reads a folder, or a file, as a job's `posts` would be read, and tells what is there, and proposes a job
/// file: with [corpus.columns] where a table is of no known format. threads: of each rank; 0: its share of
/// the processors. Writes nothing. Collective. Throws InputError.
CheckSummary check_inputs(Communicator& comm, const std::filesystem::path& inputs, int threads);

}  // namespace shoal
