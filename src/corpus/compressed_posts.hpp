// Posts of a compressed file: formats that are read part by part never have all of its text in memory.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "line_range.hpp"
#include "shoal/corpus/post_reader.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// The text of a compressed file that is held at once where its format needs it as a whole.
inline constexpr std::int64_t kLargestDecoded = std::int64_t{1} << 30;
/// Text of other formats that is decoded, read and forgotten at once.
inline constexpr std::int64_t kDecodedPart = std::int64_t{64} << 20;

/// What of a text that is read part by part is held at most, in bytes; results do not depend on the part.
struct DecodedSizes {
  std::int64_t part = kDecodedPart;            ///< decoded at once
  std::int64_t longest_record = kLongestLine;  ///< a longer one is one quarantined record
};

/// packed: the file's bytes, which begin as compression_of() knows them. Of a file that breaks off or is
/// damaged all whole records before that place are read, and the rest is one quarantined record. Throws what
/// reading throws.
ReadResult read_compressed_posts(const TextPieces& packed, const InputFile& file,
                                 std::span<const PostReader> readers, const DecodedSizes& sizes = {});

/// What the text of a compressed file begins with, up to kShownBytes. beginning: of the file.
std::string decoded_beginning(std::string_view beginning);

/// How much text so many compressed bytes usually give, as far as it is held.
std::int64_t usually_decoded(std::int64_t packed);

/// How much is held while a compressed file is parsed, in bytes, as far as its beginning tells.
std::int64_t held_of_compressed(const Unit& unit, std::span<const PostReader> readers);

}  // namespace shoal
