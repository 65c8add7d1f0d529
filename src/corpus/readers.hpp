// The built-in formats, and which format a beginning is of.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// Up to this size a post file is held while it is parsed, in bytes; a larger one is read piece by piece,
/// where its format can.
inline constexpr std::int64_t kLargestHeld = std::int64_t{64} << 20;
/// A post file whose format needs it as a whole.
inline constexpr std::int64_t kLargestFile = std::int64_t{4} << 30;
/// How much of a file shows its format: kRecognisedBytes, and the byte order mark before them.
inline constexpr std::size_t kShownBytes = kRecognisedBytes + 3;

/// The text without the byte order mark that it may begin with.
std::string_view without_mark(std::string_view text);

/// The first row of the table that recognises a file by its beginning; null if none does.
const PostReader* reader_of(std::string_view beginning, std::span<const PostReader> readers);

/// Whether a row stands behind all others, for whatever the job maps, or lacks something: that a file is one
/// of its kind says little.
bool takes_anything(const PostReader& reader);

/// The row of that name. Throws FailureError if the table has none.
const PostReader& reader_named(std::string_view name, std::span<const PostReader> readers);

/// Whether a file's name ends in one of a row's suffixes, or would if it were not compressed.
bool has_suffix(std::string_view file_name, const PostReader& reader);

/// Reads the text of a whole file by the format it is recognised as, also that of a compressed one; if there
/// is none, the file is one quarantined record.
ReadResult read_posts(std::string_view text, const InputFile& file = {},
                      std::span<const PostReader> readers = post_readers());

/// The same of a text that is not held as a whole.
ReadResult read_posts(const TextPieces& text, const InputFile& file = {},
                      std::span<const PostReader> readers = post_readers());

/// What becomes of a text that no reader takes, and that begins like this: one quarantined record.
ReadResult of_no_format(std::string_view beginning);

/// Whether files that are recognised so are read piece by piece where they are large; so are those of no
/// known format.
bool reads_pieces(const PostReader* reader);

inline constexpr std::string_view kProfileJson = "profile JSON";

bool is_tag_lines(const FileBeginning& file);
ReadResult read_tag_lines(const LineRange& range);
bool is_igramscraper_text(const FileBeginning& file);
extern const RecordStarts kIgramscraperRecords;
ReadResult read_igramscraper_text(const LineRange& range);
ReadResult read_profile_json(std::string_view text, const InputFile& file = {});
ReadResult read_profile_pieces(const TextPieces& text, const InputFile& file = {});
bool is_profile_json(const FileBeginning& file);

}  // namespace shoal
