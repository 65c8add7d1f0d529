// A job file on all ranks.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "pipeline/job/job.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// What a job was parsed from: enough to parse it again.
struct JobFileText {
  std::string path;
  std::string text;
  std::map<std::string, std::string> variables;  ///< of the environment, as far as the job names them
};

struct LoadedJob {
  Job job;
  JobFileText source;
};

/// Rank 0 reads the file and the environment; all ranks get the same job, or the same error. Collective.
LoadedJob load_job(Communicator& comm, const std::filesystem::path& path);

/// Throws UsageError as parse_job does.
Job parse_again(const JobFileText& source);

}  // namespace shoal
