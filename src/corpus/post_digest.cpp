// A piece belongs to the range that it begins in, as a line does.
#include "post_digest.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <span>

#include "shoal/base/error.hpp"

namespace shoal {

void append_piece(const Digest& piece, PieceDigests& pieces) { pieces.append(piece.begin(), piece.end()); }

Digest digest_by_pieces(std::string_view text) {
  PieceDigests pieces;
  for (std::size_t begin = 0; begin < text.size(); begin += kPieceBytes) {
    append_piece(sha256(text.substr(begin, kPieceBytes)), pieces);
  }
  return sha256(pieces);
}

std::int64_t RandomFile::bytes() const {
  struct stat status {};
  if (::fstat(file_.get(), &status) != 0) {
    throw InputError(fmt::format("'{}' cannot be examined: {}", path_.string(), std::strerror(errno)));
  }
  return status.st_size;
}

std::string RandomFile::read_up_to(std::int64_t offset, std::int64_t count) const {
  std::string text(static_cast<std::size_t>(count), '\0');
  text.resize(read_at(file_, path_, static_cast<std::uint64_t>(offset),
                      std::as_writable_bytes(std::span(text.data(), text.size()))));
  return text;
}

std::string RandomFile::read(std::int64_t offset, std::int64_t count) const {
  std::string text = read_up_to(offset, count);
  if (std::ssize(text) < count) {
    throw InputError(fmt::format("'{}' has become shorter since it was listed", path_.string()));
  }
  return text;
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
