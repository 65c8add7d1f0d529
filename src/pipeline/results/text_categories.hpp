// Columns of texts that occur many times, as categories.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

/// The texts as categories sorted by bytes, or nothing where all ranks together have more than half as many
/// different ones as rows, more than 32,767, or some so long that all in that length have more than 8 MiB:
/// each rank holds them. Collective.
std::optional<CategoryValues> as_categories(Communicator& comm, std::span<const std::string> texts);

}  // namespace shoal
