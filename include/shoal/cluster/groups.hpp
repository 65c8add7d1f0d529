// What groups are about: their leading tags, names, and the items nearest to their centroids.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/compute/arrays.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// A column and its mean over the rows of a group.
struct LeadingColumn {
  std::int32_t column = 0;
  double mean = 0.0;
};

/// For each of k groups its `count` columns with the largest mean (exact; ties: the lower column), without
/// those that are zero throughout. rows: this rank's; labels: the group of each, or -1. Collective.
std::vector<std::vector<LeadingColumn>> leading_columns(Communicator& comm, ArrayOperations& arrays,
                                                        const CsrView& rows,
                                                        std::span<const std::int32_t> labels, std::int64_t k,
                                                        std::size_t count);

/// The first three of the names of each group's columns joined by `_`; `group_<number>` where a group has
/// none. Names that would occur twice get a number behind.
std::vector<std::string> group_names(const std::vector<std::vector<std::string>>& names_of_columns);

/// An item that a row shows.
struct ShownItem {
  std::int64_t item = -1;  ///< -1: the row shows none
  std::int64_t place = 0;  ///< of items that are equally near the one with the lower place comes first
};

/// For each of k groups the `count` items of all ranks with the smallest distance, each item once, nearest
/// first. labels, distances, items: one for each of this rank's rows; a row with label -1 takes no part.
/// Collective.
std::vector<std::vector<std::int64_t>> nearest_items(Communicator& comm, std::span<const std::int32_t> labels,
                                                     std::span<const double> distances,
                                                     std::span<const ShownItem> items, std::int64_t k,
                                                     std::size_t count);

}  // namespace shoal
