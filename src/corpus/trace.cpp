// As the read stage reads, but rows stay with their records.
#include "shoal/corpus/trace.hpp"

#include "account_join.hpp"
#include "parsed_units.hpp"

namespace shoal {

void trace_corpus(Communicator& comm, const std::vector<Unit>& units, const ReadSettings& settings,
                  const Tracer& tracer) {
  std::vector<ParsedUnit> parsed = parse_and_settle(comm, units, settings);
  join_accounts(comm, parsed);  // results name accounts so
  for (std::size_t i = 0; i < units.size(); ++i) {
    const ParsedUnit& unit = parsed[i];
    for (std::size_t post = 0; post < unit.posts.size(); ++post) {
      tracer.post(units[i], unit.records[post], unit.posts[post]);
    }
    for (const QuarantineRow& row : unit.quarantine) tracer.left_out(units[i], row);
  }
}

}  // namespace shoal
