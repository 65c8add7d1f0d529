// From the keys of [[cluster]] to stages.
#include "pipeline/stages/cluster/make.hpp"

#include <limits>

#include "pipeline/stages/cluster/kmeans.hpp"

namespace shoal {

void make_kmeans(Entry entry, TomlSection& section, EntryContext& context) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  std::string of = section.text("of");
  KMeansSettings kmeans;
  kmeans.k = section.integer("k", 1, 1'000'000);
  kmeans.n_init = section.integer("n_init", 1, 10'000, kmeans.n_init);
  kmeans.max_iter = section.integer("max_iter", 1, 1'000'000, kmeans.max_iter);
  kmeans.tol = section.number("tol", 0.0, 1e6, kmeans.tol);
  const auto job_seed = static_cast<std::int64_t>(context.job.seed);
  kmeans.seed = static_cast<std::uint64_t>(section.integer("seed", 0, kMost, job_seed));
  Entry done = finished(std::move(entry), section);
  context.require_set(section, "of", of);
  context.stages.add<KMeansStage>(std::move(done), std::move(of), kmeans);
}

}  // namespace shoal
