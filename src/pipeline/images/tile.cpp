// Rows are named by their place among the candidates; names and counts come from the candidates themselves.
#include "pipeline/images/tile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "shoal/base/digest.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/packing.hpp"

namespace shoal {
namespace {

constexpr const char* kWhat = "a tile of image features";

ImageRow row_of(const ImageCandidate& candidate) {
  ImageRow row;
  row.candidate = candidate.number;
  row.ref = candidate.ref;
  row.posts = candidate.posts;
  return row;
}

const ImageCandidate& candidate_of(std::int64_t number, const TileCandidates& candidates) {
  const auto found = std::find_if(candidates.begin(), candidates.end(),
                                  [&](const ImageCandidate& c) { return c.number == number; });
  if (found == candidates.end()) throw FailureError(fmt::format("{} names another tile's image", kWhat));
  return *found;
}

}  // namespace

TileInput input_of(const TileCandidates& candidates) {
  Sha256 sum;
  for (const ImageCandidate& candidate : candidates) {
    sum.update(fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n", candidate.number, candidate.ref.name,
                           candidate.ref.offset, candidate.ref.bytes, candidate.file_bytes,
                           candidate.modified));
  }
  TileInput input;
  std::copy_n(sum.finish().begin(), input.size(), input.begin());
  return input;
}

std::vector<std::byte> pack(const ImageTile& tile) {
  Packer packer;
  packer.number(static_cast<std::int64_t>(tile.rows.size()));
  for (const ImageRow& row : tile.rows) {
    packer.number(row.candidate);
    packer.text(row.digest);
    packer.number(row.width);
    packer.number(row.height);
  }
  packer.number(static_cast<std::int64_t>(tile.quarantine.size()));
  for (const QuarantineRow& row : tile.quarantine) {
    packer.text(row.file);
    packer.text(row.reason);
  }
  packer.bytes(std::as_bytes(std::span(tile.features)));
  return packer.take();
}

ImageTile unpack_tile(std::span<const std::byte> bytes, const TileCandidates& candidates) {
  Unpacker unpacker(bytes, kWhat);
  ImageTile tile;
  for (std::int64_t left = unpacker.number(); left > 0; --left) {
    ImageRow row = row_of(candidate_of(unpacker.number(), candidates));
    row.digest = unpacker.text();
    row.width = unpacker.number();
    row.height = unpacker.number();
    tile.rows.push_back(std::move(row));
  }
  for (std::int64_t left = unpacker.number(); left > 0; --left) {
    const std::string file = unpacker.text();
    tile.quarantine.push_back({QuarantineKind::image, file, -1, "images", unpacker.text()});
  }
  const auto features = unpacker.bytes();
  tile.features.resize(features.size() / sizeof(float));
  if (!features.empty()) std::memcpy(tile.features.data(), features.data(), features.size());
  return tile;
}

std::optional<ImageTile> read_tile(TileReader& journal, const std::vector<TilePlace>& places,
                                   const TileCandidates& candidates, std::vector<std::string>& damage) {
  for (const TilePlace& place : places) {
    if (const auto bytes = journal.read(place, damage)) return unpack_tile(*bytes, candidates);
  }
  return std::nullopt;
}

}  // namespace shoal
