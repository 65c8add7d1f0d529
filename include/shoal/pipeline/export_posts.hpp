// The posts of a job, as read, in one file.
#pragma once

#include <cstdint>
#include <filesystem>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/exported_post.hpp"
#include "shoal/pipeline/run_options.hpp"

namespace shoal {

struct ExportSummary {
  std::filesystem::path file;
  std::int64_t posts = 0;
};

/// Reads the job's posts, and writes those that it keeps to options.out, else to out/<job name>-posts.csv or
/// .jsonl. Under pseudonyms the file shows what results show. Throws UsageError where the file is there
/// already, unless options.replace; InputError, FailureError, ResourceError or Interrupted. Collective.
ExportSummary export_posts(Communicator& comm, const RunOptions& options, ExportForm form);

}  // namespace shoal
