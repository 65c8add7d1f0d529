// Rows close up over candidates that could not be read, and go to the owners of their blocks.
#include "pipeline/images/rows.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <span>
#include <utility>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/key_order.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/stream_to_root.hpp"
#include "shoal/data/serialize.hpp"

namespace boost::serialization {
template <class Archive>
void serialize(Archive& archive, shoal::ImageRow& row, unsigned) {
  archive& row.candidate& row.ref& row.digest& row.width& row.height& row.posts;
}
}  // namespace boost::serialization

namespace shoal {
namespace {

[[noreturn]] void fail_rows() {
  throw FailureError(
      "sets of image features do not have the same rows: an image was readable for one and not for another. "
      "See that all "
      "photos can be read, and run with --fresh once");
}

/// The owner of each candidate's row.
std::vector<std::size_t> owners_of(const BlockPartition& partition, const RowNumbers& numbers,
                                   const std::vector<std::int64_t>& candidates) {
  std::vector<std::size_t> owners;
  owners.reserve(candidates.size());
  for (const std::int64_t candidate : candidates) {
    const std::int64_t row = numbers.row_of(candidate);
    if (row < 0) fail_rows();
    owners.push_back(static_cast<std::size_t>(partition.owner_of(row)));
  }
  return owners;
}

/// Each owner's rows, one after the other. Takes the features: two copies of them at most are held.
std::vector<Bytes> features_by_owner(std::vector<float> features, const std::vector<std::size_t>& owners,
                                     std::size_t ranks, std::size_t row_bytes) {
  std::vector<std::size_t> counts(ranks);
  for (const std::size_t owner : owners) ++counts[owner];
  std::vector<Bytes> parts(ranks);
  for (std::size_t r = 0; r < ranks; ++r) parts[r].reserve(counts[r] * row_bytes);
  const auto all = std::as_bytes(std::span(features));
  for (std::size_t i = 0; i < owners.size(); ++i) {
    const auto row = all.subspan(i * row_bytes, row_bytes);
    parts[owners[i]].insert(parts[owners[i]].end(), row.begin(), row.end());
  }
  return parts;
}

}  // namespace

RowNumbers::RowNumbers(Communicator& comm, std::int64_t candidates, const std::vector<ImageRow>& mine)
    : words_(static_cast<std::size_t>(candidates + 63) / 64) {
  for (const ImageRow& row : mine) {
    words_[static_cast<std::size_t>(row.candidate / 64)] |= std::int64_t{1} << (row.candidate % 64);
  }
  // Each bit is set by one rank at most, so the sum is the union.
  comm.allreduce_sum(words_);
  for (const std::int64_t word : words_) {
    before_.push_back(rows_);
    rows_ += std::popcount(static_cast<std::uint64_t>(word));
  }
}

std::int64_t RowNumbers::row_of(std::int64_t candidate) const {
  const auto word = static_cast<std::uint64_t>(words_[static_cast<std::size_t>(candidate / 64)]);
  const std::uint64_t bit = std::uint64_t{1} << (candidate % 64);
  if ((word & bit) == 0) return -1;
  return before_[static_cast<std::size_t>(candidate / 64)] + std::popcount(word & (bit - 1));
}

std::vector<ImageRow> rows_at_owners(Communicator& comm, const BlockPartition& partition,
                                     const RowNumbers& numbers, std::vector<ImageRow> computed) {
  std::vector<std::vector<ImageRow>> outgoing(static_cast<std::size_t>(comm.size()));
  for (ImageRow& row : computed) {
    outgoing[static_cast<std::size_t>(partition.owner_of(numbers.row_of(row.candidate)))].push_back(
        std::move(row));
  }
  const RowRange mine = partition.owned_by(comm.rank());
  std::vector<ImageRow> rows(static_cast<std::size_t>(mine.size()));
  for (auto& part : all_to_all_objects(comm, std::move(outgoing))) {
    for (ImageRow& row : part) {
      const auto local = static_cast<std::size_t>(numbers.row_of(row.candidate) - mine.begin);
      rows[local] = std::move(row);
    }
  }
  return rows;
}

DenseMatrix features_at_owners(Communicator& comm, const BlockPartition& partition, const RowNumbers& numbers,
                               const std::vector<std::int64_t>& candidates, std::vector<float> features,
                               std::int64_t width) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  const std::size_t row_bytes = static_cast<std::size_t>(width) * sizeof(float);
  const auto owners = owners_of(partition, numbers, candidates);
  std::vector<std::vector<std::int64_t>> numbers_of(ranks);
  for (std::size_t i = 0; i < owners.size(); ++i) numbers_of[owners[i]].push_back(candidates[i]);
  auto outgoing = features_by_owner(std::move(features), owners, ranks, row_bytes);
  const auto incoming_numbers = all_to_all_objects(comm, std::move(numbers_of));
  std::vector<Bytes> incoming = comm.all_to_all(std::move(outgoing));
  const RowRange mine = partition.owned_by(comm.rank());
  DenseMatrix matrix(mine.size(), width);
  std::int64_t filled = 0;
  for (std::size_t r = 0; r < ranks; ++r) {
    for (std::size_t i = 0; i < incoming_numbers[r].size(); ++i) {
      const std::int64_t local = numbers.row_of(incoming_numbers[r][i]) - mine.begin;
      std::memcpy(matrix.row(local).data(), incoming[r].data() + i * row_bytes, row_bytes);
      ++filled;
    }
    incoming[r] = {};
  }
  if (filled != mine.size()) fail_rows();
  return matrix;
}

std::string shown_digest(const std::optional<Pseudonyms>& pseudonyms, const std::string& digest) {
  return pseudonyms ? pseudonyms->of(pseudonym_kind::kImage, digest) : digest;
}

std::vector<std::int64_t> places_of_images(Communicator& comm, const BlockPartition& partition,
                                           const Pseudonyms& pseudonyms, const std::vector<ImageRow>& mine) {
  std::vector<Digest> keys;
  keys.reserve(mine.size());
  for (const ImageRow& row : mine) {
    // Copies of a file under several names are rows of their own.
    Digest key = pseudonyms.digest_of(pseudonym_kind::kImage, row.digest);
    const Digest name = pseudonyms.digest_of(pseudonym_kind::kSource, row.ref.name);
    std::copy_n(name.begin(), key.size() / 2, key.begin() + static_cast<std::ptrdiff_t>(key.size() / 2));
    keys.push_back(key);
  }
  return places_by_key(comm, partition, keys);
}

std::string digest_of_rows(Communicator& comm, const std::vector<ImageRow>& mine) {
  Bytes digests;  // of the blocks that this rank owns, which it owns whole
  for (std::size_t first = 0; first < mine.size(); first += static_cast<std::size_t>(kBlockRows)) {
    Sha256 block;
    const std::size_t end = std::min(mine.size(), first + static_cast<std::size_t>(kBlockRows));
    for (std::size_t i = first; i < end; ++i) block.update(mine[i].digest);
    const Digest digest = block.finish();
    const auto bytes = std::as_bytes(std::span(digest));
    digests.insert(digests.end(), bytes.begin(), bytes.end());
  }
  // Ranks own rising runs of blocks: by rank is by row.
  Sha256 sum;
  stream_to_root(comm, digests, [&](const Bytes& part) { sum.update(part); });
  std::string digest;
  if (comm.is_root()) digest = to_hex(sum.finish());
  return broadcast_object(comm, digest, 0);
}

}  // namespace shoal
