// Drawn from the results alone.
#include "pipeline/stages/report.hpp"

#include "shoal/base/patience.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/report/report.hpp"

namespace shoal {

void ReportStage::run(Run& run) {
  on_root(run.comm, [&] { read_of_own([&] { write_report(run.staging, run.job.report); }); });
}

}  // namespace shoal
