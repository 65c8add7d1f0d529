// Running a job from end to end, and looking at one without running it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/pipeline/run_options.hpp"

namespace shoal {

struct RunSummary {
  Accounting accounting;
  std::int64_t quarantine_rows = 0;  ///< records, values and images
  std::filesystem::path out;
};

/// Runs the job on all ranks, going on where an earlier run into the same folder stopped, and leaves
/// posts.h5ad, images.h5ad, thumbnails.tar, report.html, quarantine.csv and run.json in the results folder,
/// each complete or not at all. Collective. Throws UsageError, InputError, FailureError, ResourceError or
/// Interrupted.
RunSummary run_job(Communicator& comm, const RunOptions& options);

/// Reads the job, the corpus and the list of images, and returns lines for a person: what a run would keep,
/// filter, merge and leave out. Decodes no image and writes nothing. Collective.
struct CheckSummary {
  std::string text;
  std::int64_t quarantine_rows = 0;
  std::string json{};  ///< the same for programs; on rank 0
};
CheckSummary check_job(Communicator& comm, const RunOptions& options);

}  // namespace shoal
