// Ranges are looked at side by side, each for both of what may stand before it; what did, an exclusive scan
// over the ranges of a file tells.
#include "record_starts.hpp"

#include <algorithm>
#include <array>

#include "ranges_by_file.hpp"
#include "readers.hpp"
#include "record_range.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

/// What a range makes of no and of yes.
struct Change {
  bool from_no = false;
  bool from_yes = false;
  bool unreadable = false;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& from_no& from_yes& unreadable;
  }
};

struct Beginning {
  bool inside = false;
  bool known = true;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& inside& known;
  }
};

const RecordStarts* starts_of(const PostReader& reader) {
  const auto* lines = std::get_if<LineRanges>(&reader.takes);
  return lines != nullptr && lines->starts != nullptr && lines->starts->inside_behind != nullptr
             ? lines->starts
             : nullptr;
}

/// What is wrong with a range that cannot be read is told when its records are.
Change change_of(const Unit& unit, const RecordStarts& starts) {
  try {
    const auto behind = patiently([&] { return inside_behind_range(unit, starts); });
    return {behind[0], behind[1], false};
  } catch (const InputError&) {
    return {false, false, true};
  }
}

std::vector<Change> changes_of(const std::vector<Unit>& units, const ReadSettings& settings) {
  std::vector<Change> changes(units.size());
  parallel_for(units.size(), settings.threads, [&](std::size_t i) {
    leave_if_stop_requested();
    if (!is_read_twice(units[i], settings.readers)) return;
    changes[i] = change_of(units[i], *starts_of(reader_named(units[i].format, settings.readers)));
  });
  return changes;
}

void scan(const std::vector<AskedRange<Change, Beginning>>& ranges) {
  Beginning next;
  for (const auto& [range, answer] : ranges) {
    *answer = next;
    next.inside = next.inside ? range->told.from_yes : range->told.from_no;
    next.known = next.known && !range->told.unreadable;
  }
}

}  // namespace

bool is_read_twice(const Unit& unit, std::span<const PostReader> readers) {
  return is_range(unit) && starts_of(reader_named(unit.format, readers)) != nullptr;
}

std::vector<std::optional<bool>> begins_inside(Communicator& comm, const std::vector<Unit>& units,
                                               const ReadSettings& settings) {
  const std::vector<Change> changes = changes_of(units, settings);
  const auto answers = ask_of_files<Beginning>(
      comm, units, [&](const Unit& unit) { return is_read_twice(unit, settings.readers); },
      [&](std::size_t unit) { return changes[unit]; }, scan);
  std::vector<std::optional<bool>> inside;
  for (const Beginning& beginning : answers) {
    inside.push_back(beginning.known ? std::optional(beginning.inside) : std::nullopt);
  }
  return inside;
}

}  // namespace shoal
