// Rows of the images table: which candidates became rows, and how rows get to the ranks that own them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/data/blocks.hpp"
#include "shoal/data/image.hpp"
#include "shoal/data/matrix.hpp"

namespace shoal {

/// One row of images.h5ad.
struct ImageRow {
  std::int64_t candidate = 0;  ///< its number among the files that begin as images
  ImageRef ref;
  std::string digest;  ///< SHA-256 of the file
  std::int64_t width = 0;
  std::int64_t height = 0;
  std::int64_t posts = 0;  ///< how many posts name it
};

/// Which of all ranks' candidates became rows, and as which: a bit for each, the same on all ranks.
class RowNumbers {
 public:
  RowNumbers() = default;
  /// mine: rows that this rank computed or read. Collective.
  RowNumbers(Communicator& comm, std::int64_t candidates, const std::vector<ImageRow>& mine);

  [[nodiscard]] std::int64_t rows() const { return rows_; }
  /// The row of a candidate, or -1 if it could not be read.
  [[nodiscard]] std::int64_t row_of(std::int64_t candidate) const;

 private:
  std::vector<std::int64_t> words_;
  std::vector<std::int64_t> before_;
  std::int64_t rows_ = 0;
};

/// The rows that this rank owns, in their order, from those that the ranks computed. Collective.
std::vector<ImageRow> rows_at_owners(Communicator& comm, const BlockPartition& partition,
                                     const RowNumbers& numbers, std::vector<ImageRow> computed);

/// Features of the rows that this rank owns, in their order. candidates: of the rows of `features` (rows x
/// width), which it takes, so that there are two copies of them at most. Throws FailureError, on the rank
/// that finds it, where a candidate is no row or rows are missing. Collective.
DenseMatrix features_at_owners(Communicator& comm, const BlockPartition& partition, const RowNumbers& numbers,
                               const std::vector<std::int64_t>& candidates, std::vector<float> features,
                               std::int64_t width);

/// What results show of an image file's SHA-256, in hexadecimal: itself, or its pseudonym.
std::string shown_digest(const std::optional<Pseudonyms>& pseudonyms, const std::string& digest);

/// Where images.h5ad has each of this rank's rows under pseudonyms, so that their order tells nothing: by
/// pseudonym of the file, then of its name. The rows have plain digests. Collective.
std::vector<std::int64_t> places_of_images(Communicator& comm, const BlockPartition& partition,
                                           const Pseudonyms& pseudonyms, const std::vector<ImageRow>& mine);

/// One digest of all image files: of the digests of blocks of kBlockRows rows, each of the digests of its
/// files, in the order of rows. mine: whole blocks, as BlockPartition gives them. The same on all ranks; rank
/// 0 sees the digests of all blocks, a window at a time. Collective.
std::string digest_of_rows(Communicator& comm, const std::vector<ImageRow>& mine);

}  // namespace shoal
