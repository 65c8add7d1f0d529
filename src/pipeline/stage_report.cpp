// The page that a person reads.
#include "on_root.hpp"
#include "shoal/report/report.hpp"
#include "stages.hpp"

namespace shoal {

void run_report(RunState& state) {
  on_root(state.comm, [&] {
    write_report(state.out,
                 {static_cast<int>(state.job.report.top_tags), static_cast<int>(state.job.report.photos)});
  });
}

}  // namespace shoal
