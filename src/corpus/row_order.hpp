// Row numbers: from what each rank has read to the order that the inputs alone decide. Each rank holds its
// share of that order.
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
  bool is_range = false;
  bool unreadable = false;

  void mark_unreadable() {
    unreadable = true;
    digest.clear();
  }
};

/// The units of all ranks by path below the corpus root, content and number: rows stand in this order.
class RowOrder {
 public:
  /// units: this rank's, each with the digest of its file. Collective.
  RowOrder(Communicator& comm, const std::vector<UnitSummary*>& units);

  /// The number of each unit's first row, for this rank's units, which have so many rows. Collective.
  [[nodiscard]] std::vector<std::int64_t> first_rows(Communicator& comm,
                                                     const std::vector<std::int64_t>& rows) const;

  /// Of all files' contents and paths, in this order: what the inputs are, whatever folder they lie in.
  [[nodiscard]] const Digest& digest() const { return digest_; }

 private:
  std::vector<int> reader_;  ///< of each unit in this rank's part of the order: the rank that has read it
  std::vector<std::vector<std::int64_t>> placed_;  ///< by rank: which of this rank's units stand in its part
  Digest digest_{};
};

/// How strongly a row claims to be the one of its id: what was collected later counts before what was
/// collected earlier, then what stands earlier in the order of rows.
struct RowClaim {
  std::int64_t collected_at = 0;
  std::int64_t row = 0;

  friend bool operator==(const RowClaim&, const RowClaim&) = default;
  [[nodiscard]] bool outdoes(const RowClaim& other) const {
    return collected_at != other.collected_at ? collected_at > other.collected_at : row < other.row;
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& collected_at& row;
  }
};

/// For each of this rank's rows: whether no row of any rank with the same id outdoes it. Collective.
std::vector<bool> first_with_id(Communicator& comm, const std::vector<std::string>& ids,
                                const std::vector<RowClaim>& claims);

}  // namespace shoal
