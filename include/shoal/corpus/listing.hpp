// Which post files, ranges of files and paths a job names, and which rank reads which.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/path_pattern.hpp"
#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// Bytes of the ranges that a file is cut into: a whole number of the pieces that its digest is made of, so
/// that none is read by two ranks, and few enough for each thread to hold a range. Results do not depend on
/// it.
inline constexpr std::int64_t kRangeBytes = std::int64_t{64} << 20;

/// What a job's `posts` name, as one rank knows it.
struct Listing {
  /// A share of the units, by (relative path, path, offset). Those of all ranks are numbered from 0, those of
  /// a file one behind the other.
  std::vector<Unit> units;
  // Of all ranks:
  std::int64_t ignored_files = 0;    ///< in named folders, but of no known suffix
  std::int64_t results_folders = 0;  ///< below named folders, and never searched: what runs write is no input
};

/// Each pattern is a file, a folder (searched below, links to folders followed), or one with wildcards, which
/// matches files and folders. Its corpus root, below which relative paths count, is the file's folder, the
/// folder, or what stands before the first wildcard. AppleDouble files (._*) and .DS_Store are never listed.
/// A file that several patterns name is listed once.
///
/// A file is one unit, or several if it is larger than range_bytes and of a format that is read by lines.
/// What a reader of paths claims is one unit: a file, or a folder, which is not searched then; the root of a
/// claimed folder that the job itself names is the folder around it.
///
/// Where all that the patterns lead to holds nothing but photos, each photo below its folders is a unit.
///
/// Opens the files that are larger than range_bytes, if the table has a format that is read by lines. Throws
/// InputError for a pattern that matches nothing and for a folder that cannot be read.
///
/// All ranks list: no rank holds more than its share, names of the largest folder and what links lead to
/// aside. Collective.
Listing list_units(Communicator& comm, const std::vector<PathPattern>& patterns,
                   std::span<const PostReader> readers = post_readers(),
                   std::int64_t range_bytes = kRangeBytes);
/// The same on one rank.
Listing list_units(const std::vector<PathPattern>& patterns,
                   std::span<const PostReader> readers = post_readers(),
                   std::int64_t range_bytes = kRangeBytes);

/// From the ranks that have listed units to those that read them: each gets about as many bytes, whatever it
/// had. Collective.
std::vector<Unit> share_by_size(Communicator& comm, std::vector<Unit> units);

/// Gives each of `ranks` its units: large ones first, each to the rank with the fewest bytes so far.
std::vector<std::vector<Unit>> shard_by_size(const std::vector<Unit>& units, int ranks);

}  // namespace shoal
