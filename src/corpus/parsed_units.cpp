// Parsed side by side; what depends on the rest of a file is settled when the ranks know of each other.
#include "parsed_units.hpp"

#include "shoal/base/stop.hpp"
#include "shoal/base/threads.hpp"

namespace shoal {
namespace {

std::vector<ParsedUnit> parse_all(const std::vector<Unit>& units, const ReadSettings& settings) {
  std::vector<ParsedUnit> parsed(units.size());
  parallel_for(units.size(), settings.threads, [&](std::size_t i) {
    leave_if_stop_requested();
    parsed[i] = parse(units[i], settings.keep, settings.readers);
  });
  return parsed;
}

}  // namespace

std::vector<UnitSummary> summaries_of(const std::vector<ParsedUnit>& parsed) {
  std::vector<UnitSummary> summaries;
  for (const ParsedUnit& unit : parsed) summaries.push_back(unit.summary);
  return summaries;
}

ParsedUnits parse_and_settle(Communicator& comm, const std::vector<Unit>& units,
                             const ReadSettings& settings) {
  ParsedUnits parsed{parse_all(units, settings), {}};
  parsed.order = agree_on_order(comm, summaries_of(parsed.units));
  const FileOrder& order = parsed.order;
  // Of a range only its file's digest counts, which no rank knew before.
  std::vector<const std::string*> digests(order.units.size());
  for (const UnitSummary& unit : order.units) digests[static_cast<std::size_t>(unit.number)] = &unit.digest;
  parallel_for(parsed.units.size(), settings.threads, [&](std::size_t i) {
    const auto number = static_cast<std::size_t>(parsed.units[i].summary.number);
    settle(parsed.units[i], order.place[number], *digests[number]);
  });
  return parsed;
}

}  // namespace shoal
