// The page that a person reads.
#include "shoal/report/report.hpp"
#include "pipeline/stages/stages.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {

void run_report(RunState& state) {
  on_root(state.comm, [&] {
    write_report(state.out,
                 {static_cast<int>(state.job.report.top_tags), static_cast<int>(state.job.report.photos)});
  });
}

}  // namespace shoal
