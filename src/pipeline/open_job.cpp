// The stages' wishes come before the backend, the backend before anything is read.
#include "pipeline/open_job.hpp"

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/threads.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace {

std::unique_ptr<Backend> backend_for(Communicator& comm, Device device, const StageList& stages,
                                     int threads) {
  const Wishes wishes = stages.wishes();
  return make_backend(comm, device, wishes, threads, agree_on_level(comm, wishes));
}

}  // namespace

const KindTable& kinds_of(const KindTable* kinds) { return kinds != nullptr ? *kinds : built_in_kinds(); }

OpenJob::OpenJob(Communicator& comm, const RunOptions& options)
    : OpenJob(comm, options, load_job(comm, options.job_file, kinds_of(options.kinds))) {}

OpenJob::OpenJob(Communicator& comm, const RunOptions& options, LoadedJob loaded)
    : comm_(comm),
      options_(options),
      loaded_(std::move(loaded)),
      threads_(threads_of_rank(comm, options.threads)),
      backend_(backend_for(comm, options.device, loaded_.parsed.stages, threads_)) {
  take_refused_files_as_bad(job().corpus.refused_is_bad);
}

std::filesystem::path OpenJob::out() const {
  return options_.out.value_or(std::filesystem::path("out") / job().name);
}

Entering OpenJob::entering() const {
  return {.job = JobIdentity::of(job()),
          .files = loaded_.parsed.stages.files(),
          .replace = options_.replace,
          .fresh = options_.fresh,
          .clear = options_.clear};
}

void OpenJob::check() {
  if (!job().corpus.images.empty() && !stages().give_rows_of("images") && comm_.is_root()) {
    log::warning(
        "[corpus] images is not read: no [features.NAME] of the job is of photos; give it one with "
        "kind = \"vgg\" or \"rgb\", or leave images out");
  }
  for (const auto& stage : stages()) stage->check(comm_);
}

Run OpenJob::begin(const std::filesystem::path& out) {
  return Run{comm_, *backend_, job(), stages(), out, threads_, resident_memory(), options_.memory_of_node};
}

}  // namespace shoal
