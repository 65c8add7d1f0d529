// A part of some units, parsed to tell what all of them will take.
#include <algorithm>
#include <optional>

#include "parsed_unit.hpp"
#include "read_unit.hpp"
#include "readers.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/data/post_memory.hpp"

namespace shoal {
namespace {

/// Units that are looked at, at most twice as many.
constexpr std::size_t kSampled = 16;
/// A unit up to this size is parsed whole, in bytes; of a larger one only a part is.
constexpr std::int64_t kLargestWhole = std::int64_t{8} << 20;
constexpr std::int64_t kPart = std::int64_t{1} << 20;

/// What a file begins with. Where it is cut off, what stands before it is told.
ParsedUnit parse_beginning(const Unit& unit, const KeepRule& keep, std::span<const PostReader> readers) {
  const std::string text = patiently([&] { return RandomFile(unit.path).read_up_to(0, kPart); });
  UnitContent content;
  content.bytes = std::ssize(text);
  content.result = read_posts(text, readers);
  return keep_posts_of(unit, std::move(content), keep);
}

/// Posts of a part of the unit that is quickly parsed; nothing where there is none, or it cannot be read:
/// that is told when it is read for good.
std::optional<ParsedUnit> parse_part(const Unit& unit, const KeepRule& keep,
                                     std::span<const PostReader> readers) {
  if (is_range(unit)) {
    Unit part = unit;
    part.bytes = std::min(unit.bytes, kPart);
    return parse(part, keep, readers);
  }
  if (unit.bytes <= kLargestWhole) return parse(unit, keep, readers);
  if (!unit.format.empty()) return std::nullopt;
  try {
    return parse_beginning(unit, keep, readers);
  } catch (const InputError&) {
    return std::nullopt;
  }
}

void add(ParsedUnit parsed, bool notes_sources, PostSizes& sizes) {
  settle(parsed, {});
  if (notes_sources) note_sources(parsed);
  sizes.files += parsed.summary.bytes;
  sizes.posts += std::ssize(parsed.posts);
  for (const Post& post : parsed.posts) {
    sizes.memory += memory_of(post);
    sizes.packed += packed_bytes(post);
  }
}

}  // namespace

PostSizes sample_posts(std::span<const Unit> units, const KeepRule& keep, std::span<const PostReader> readers,
                       bool notes_sources) {
  PostSizes sizes;
  const std::size_t step = std::max<std::size_t>(units.size() / kSampled, 1);
  for (std::size_t i = step / 2; i < units.size(); i += step) {
    if (auto parsed = parse_part(units[i], keep, readers)) add(std::move(*parsed), notes_sources, sizes);
  }
  if (sizes.files > 0 || units.empty()) return sizes;
  // Large paths alone, of which their readers know no part: the smallest is parsed.
  const auto smallest = std::ranges::min_element(units, {}, &Unit::bytes);
  add(parse(*smallest, keep, readers), notes_sources, sizes);
  return sizes;
}

}  // namespace shoal
