// Drawn from the results alone.
#include "pipeline/stages/report.hpp"

#include <algorithm>

#include "shoal/base/patience.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/report/report.hpp"
#include "shoal/report/shown_groups.hpp"

namespace shoal {
namespace {

/// Of a group on the page, and of a photo there: as the results have them, as text, and as that is put
/// together.
constexpr std::int64_t kGroupOnPage = 4096;
constexpr std::int64_t kPhotoOnPage = std::int64_t{64} << 10;

}  // namespace

void ReportStage::run(Run& run) {
  on_root(run.comm, [&] { read_of_own([&] { write_report(run.staging, run.job.report); }); });
}

Cost ReportStage::cost(const Run& run, Sizes& sizes) const {
  Cost cost;
  if (!sizes.rank.first_of_node) return cost;  // rank 0 draws it
  const auto groupings = std::ranges::count_if(
      run.stages, [](const auto& stage) { return stage->entry().section == "cluster"; });
  const std::int64_t cards = std::min(sizes.groups, groupings * static_cast<std::int64_t>(kGroupsWithPhotos));
  cost.peak = sizes.groups * kGroupOnPage;
  if (sizes.rows.contains("images")) cost.peak += cards * run.job.report.photos * kPhotoOnPage;
  return cost;
}

}  // namespace shoal
