// Row numbers: from what each rank has read to the order that the inputs alone decide.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "post_digest.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// One unit as its reader found it.
struct UnitSummary {
  std::string relative;
  std::string digest;         ///< of the file or path, in hexadecimal; empty if it could not be read
  std::int64_t number = 0;    ///< of the unit
  std::int64_t offset = 0;    ///< of a range, in its file; above 0 for all but a file's first
  std::int64_t bytes = 0;     ///< that were read
  std::int64_t posts = 0;     ///< that have a row
  std::int64_t accounts = 0;  ///< that have a row
  std::int64_t records = 0;   ///< record numbers that a range took
  std::int64_t quarantine_rows = 0;
  PieceDigests pieces;  ///< of a range, until its file's digest is made of them
  bool unreadable = false;

  void mark_unreadable() {
    unreadable = true;
    digest.clear();
  }
};

/// What stands before a unit in its file.
struct PlaceInFile {
  std::int64_t records_before = 0;
  std::int64_t rows_before = 0;  ///< of quarantine, those that are kept of each unit
};

/// What all ranks have read.
struct FileOrder {
  std::vector<UnitSummary> units;  ///< in row order, each with the digest of its file
  std::vector<PlaceInFile> place;  ///< by unit number
};

/// Puts the ranges of each file together; the result stands on all ranks. Collective.
FileOrder agree_on_order(Communicator& comm, const std::vector<UnitSummary>& mine);

/// Takes over how many rows each unit has now. Collective.
void recount_rows(Communicator& comm, const std::vector<UnitSummary>& mine, FileOrder& order);

/// The first row of each unit, by unit number: of posts, or of accounts.
std::vector<std::int64_t> first_rows(const FileOrder& order, std::int64_t UnitSummary::*count);

/// How many rows all units have.
std::int64_t rows_of(const FileOrder& order, std::int64_t UnitSummary::*count);

/// For each of this rank's (id, row): whether no earlier row of any rank has the same id. Collective.
std::vector<bool> first_with_id(Communicator& comm, const std::vector<std::string>& ids,
                                const std::vector<std::int64_t>& rows);

}  // namespace shoal
