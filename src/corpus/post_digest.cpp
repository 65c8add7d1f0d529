// A piece belongs to the range that it begins in, as a line does.
#include "post_digest.hpp"

#include <algorithm>
#include <span>

namespace shoal {

void append_piece(const Digest& piece, PieceDigests& pieces) { pieces.append(piece.begin(), piece.end()); }

Digest digest_by_pieces(std::string_view text) {
  PieceDigests pieces;
  for (std::size_t begin = 0; begin < text.size(); begin += kPieceBytes) {
    append_piece(sha256(text.substr(begin, kPieceBytes)), pieces);
  }
  return sha256(pieces);
}

PieceDigests pieces_that_begin_in(const RandomFile& file, std::int64_t begin, std::int64_t end,
                                  std::int64_t file_bytes, std::string_view text, std::int64_t text_begin) {
  PieceDigests pieces;
  const std::int64_t first = (begin + kPieceBytes - 1) / kPieceBytes * kPieceBytes;
  for (std::int64_t piece = first; piece < end; piece += kPieceBytes) {
    const std::int64_t size = std::min(kPieceBytes, file_bytes - piece);
    const std::size_t in_text = std::min(static_cast<std::size_t>(piece - text_begin), text.size());
    const std::string_view held = text.substr(in_text, static_cast<std::size_t>(size));
    Sha256 digest;
    digest.update(held);
    if (std::ssize(held) < size) digest.update(file.read(piece + std::ssize(held), size - std::ssize(held)));
    append_piece(digest.finish(), pieces);
  }
  return pieces;
}

}  // namespace shoal
