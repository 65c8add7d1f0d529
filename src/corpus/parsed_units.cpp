// Parsed side by side; what depends on the rest of a file is settled when the ranks know of each other.
#include "parsed_units.hpp"

#include "file_ranges.hpp"
#include "record_starts.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

std::vector<ParsedUnit> parse_all(const std::vector<Unit>& units,
                                  const std::vector<std::optional<bool>>& inside,
                                  const ReadSettings& settings) {
  std::vector<ParsedUnit> parsed(units.size());
  parallel_for(units.size(), settings.threads, [&](std::size_t i) {
    leave_if_stop_requested();
    parsed[i] = parse(units[i], settings, inside[i]);
  });
  return parsed;
}

}  // namespace

std::vector<ParsedUnit> parse_and_settle(Communicator& comm, const std::vector<Unit>& units,
                                         const ReadSettings& settings) {
  std::vector<ParsedUnit> parsed = parse_all(units, begins_inside(comm, units, settings), settings);
  const std::vector<PlaceInFile> places = join_ranges(comm, units, summaries_of(parsed));
  parallel_for(parsed.size(), settings.threads, [&](std::size_t i) { settle(parsed[i], places[i]); });
  return parsed;
}

}  // namespace shoal
