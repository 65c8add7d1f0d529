// Only a file that is large enough to be cut is looked into: listing stays quick for a million small ones.
#include "range_units.hpp"

#include <algorithm>

#include "line_range.hpp"
#include "post_digest.hpp"
#include "readers.hpp"
#include "shoal/base/check.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

bool reads_lines(const PostReader& reader) { return std::holds_alternative<LineRanges>(reader.takes); }

/// The reader of a file that is read by lines; null for any other file, also for what is no file: reading it
/// as a whole says what is wrong.
const PostReader* line_reader_of(const Unit& file, std::span<const PostReader> readers) {
  if (std::none_of(readers.begin(), readers.end(), reads_lines)) return nullptr;
  try {
    const PostReader* reader = reader_of(RandomFile(file.path).read_up_to(0, kShownBytes), readers);
    return reader != nullptr && reads_lines(*reader) ? reader : nullptr;
  } catch (const InputError&) {
    return nullptr;
  }
}

}  // namespace

void cut_into_ranges(Unit file, std::span<const PostReader> readers, std::int64_t range_bytes,
                     std::vector<Unit>& units) {
  SHOAL_EXPECT(0 < range_bytes && range_bytes <= kLongestLine);
  const bool large = file.format.empty() && file.bytes > range_bytes;
  const PostReader* reader = large ? line_reader_of(file, readers) : nullptr;
  if (reader == nullptr) {
    units.push_back(std::move(file));
    return;
  }
  for (std::int64_t offset = 0; offset < file.bytes; offset += range_bytes) {
    Unit range = file;
    range.format = reader->name;
    range.offset = offset;
    range.bytes = std::min(range_bytes, file.bytes - offset);
    range.file_bytes = file.bytes;
    units.push_back(std::move(range));
  }
}

}  // namespace shoal
