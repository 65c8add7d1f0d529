// A part of some units, parsed to tell what all of them will take.
#include <algorithm>
#include <array>
#include <limits>
#include <optional>

#include "parsed_unit.hpp"
#include "read_unit.hpp"
#include "readers.hpp"
#include "record_starts.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/data/post_memory.hpp"

namespace shoal {
namespace {

/// Units that are looked at, at most twice as many.
constexpr std::int64_t kSampled = 16;
/// A unit up to this size is parsed whole, in bytes; of a larger one only a part is.
constexpr std::int64_t kLargestWhole = std::int64_t{8} << 20;
constexpr std::int64_t kPart = std::int64_t{1} << 20;

/// What a file begins with. Where it is cut off, what stands before it is told.
ParsedUnit parse_beginning(const Unit& unit, const ReadSettings& settings) {
  const std::string text = patiently([&] { return RandomFile(unit.path).read_up_to(0, kPart); });
  UnitContent content;
  content.bytes = std::ssize(text);
  content.result = read_posts(text, {unit.relative, &settings.rules}, settings.readers);
  return keep_posts_of(unit, std::move(content), settings.keep);
}

/// Posts of a part of the unit that is quickly parsed; nothing where there is none, or it cannot be read:
/// that is told when it is read for good.
std::optional<ParsedUnit> parse_part(const Unit& unit, const ReadSettings& settings) {
  if (is_range(unit)) {
    Unit part = unit;
    part.bytes = std::min(unit.bytes, kPart);
    if (is_read_twice(unit, settings.readers))
      part.offset = 0;  // how it begins takes a look at the whole file
    return parse(part, settings);
  }
  if (unit.bytes <= kLargestWhole) return parse(unit, settings);
  if (!unit.format.empty()) return std::nullopt;
  try {
    return parse_beginning(unit, settings);
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
  for (const RefusedPost& post : parsed.refused)
    sizes.memory +=
        static_cast<std::int64_t>(sizeof(RefusedPost)) + heap_bytes(post.id) + heap_bytes(post.creator);
}

/// The rank that has the smallest unit, the first of them. Collective.
std::int64_t rank_of_smallest(Communicator& comm, std::span<const Unit> units) {
  std::int64_t mine = std::numeric_limits<std::int64_t>::max();
  for (const Unit& unit : units) mine = std::min(mine, unit.bytes);
  std::int64_t smallest = mine;
  comm.allreduce_min(std::span(&smallest, 1));
  std::int64_t rank = mine == smallest && !units.empty() ? comm.rank() : comm.size();
  comm.allreduce_min(std::span(&rank, 1));
  return rank;
}

void sum_up(Communicator& comm, PostSizes& sizes) {
  std::array<std::int64_t, 4> all{sizes.files, sizes.posts, sizes.memory, sizes.packed};
  comm.allreduce_sum(all);
  sizes = {all[0], all[1], all[2], all[3]};
}

}  // namespace

PostSizes sample_posts(Communicator& comm, std::span<const Unit> units, const ReadSettings& settings) {
  PostSizes sizes;
  const std::int64_t all = comm.sum(std::ssize(units));
  const std::int64_t step = std::max<std::int64_t>(all / kSampled, 1);
  std::int64_t place = comm.exclusive_sum(std::ssize(units));
  on_all(comm, [&] {
    for (const Unit& unit : units) {
      if (place++ % step != step / 2) continue;
      if (auto parsed = parse_part(unit, settings)) add(std::move(*parsed), settings.notes_sources, sizes);
    }
  });
  sum_up(comm, sizes);
  if (sizes.files > 0 || all == 0) return sizes;
  // Large paths alone, of which their readers know no part: the smallest is parsed.
  const bool is_mine = rank_of_smallest(comm, units) == comm.rank();
  on_all(comm, [&] {
    if (is_mine)
      add(parse(*std::ranges::min_element(units, {}, &Unit::bytes), settings), settings.notes_sources, sizes);
  });
  sum_up(comm, sizes);
  return sizes;
}

}  // namespace shoal
