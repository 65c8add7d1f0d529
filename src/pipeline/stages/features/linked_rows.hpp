// Rows of a dense set for each row of a table: its own, or those of the rows that it links to.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "pipeline/engine/run.hpp"

namespace shoal {

/// A row's features; none where it has none. Valid during the call.
using RowReader = std::function<void(std::int64_t row, const std::optional<std::span<const float>>& values)>;

/// Calls read once for each of this rank's rows of the table. A set of another table gives the features of
/// the first row that each row links to: they cross ranks a few MiB at a time. Collective.
void for_linked_rows(const Run& run, const Table& table, const std::string& set, const RowReader& read);

/// Bytes that it takes of a rank, for a set of another table.
std::int64_t memory_of_linked_rows(std::int64_t rows, int ranks);

}  // namespace shoal
