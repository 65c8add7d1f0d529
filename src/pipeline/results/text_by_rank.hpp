// A file of text of which each rank has a part, written by rank 0 alone: who writes in a results folder stays
// as docs/design.md says.
#pragma once

#include <cstddef>
#include <string_view>

#include "shoal/base/file.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// What of the text lies on rank 0 at a time, in bytes; and in how many copies.
inline constexpr std::size_t kTextWindow = std::size_t{1} << 20;
inline constexpr std::size_t kWindowCopies = 2;

/// Appends the texts of all ranks, by rank, to rank 0's file (null on the others). Collective.
void append_by_rank(Communicator& comm, std::string_view mine, PartialFile* file);

}  // namespace shoal
