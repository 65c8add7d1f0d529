// The digest of a post file: SHA-256 over the SHA-256s of its pieces of 4 MiB, so that it does not depend on
// where the ranges are cut in which ranks may read it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "shoal/base/digest.hpp"
#include "shoal/base/random_file.hpp"

namespace shoal {

/// Bytes of a piece; only a file's last piece has fewer. Part of the definition: another number would give
/// other digests.
inline constexpr std::int64_t kPieceBytes = std::int64_t{4} << 20;

/// SHA-256s of pieces that follow each other, 32 bytes each, one behind the other: those of all pieces of a
/// file have the file's digest as their SHA-256.
using PieceDigests = std::string;

/// The digest of a file whose text is in memory.
Digest digest_by_pieces(std::string_view text);

/// Adds a piece behind others.
void append_piece(const Digest& piece, PieceDigests& pieces);

/// The digests of the pieces that begin in [begin, end) of a file of file_bytes. text: bytes of the file from
/// text_begin on that are in memory already; the others are read. Throws
/// UnavailableError.
PieceDigests pieces_that_begin_in(const RandomFile& file, std::int64_t begin, std::int64_t end,
                                  std::int64_t file_bytes, std::string_view text, std::int64_t text_begin);

}  // namespace shoal
