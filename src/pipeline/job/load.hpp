// A job file's text on all ranks.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>

#include "pipeline/job/section.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// What a job was parsed from: enough to parse it again.
struct JobFileText {
  std::string path;
  std::string text;
  std::map<std::string, std::string> variables;  ///< of the environment, as far as the job names them

  /// The variables that were set when the job was parsed first.
  [[nodiscard]] Environment environment() const;
};

/// Rank 0 reads the file and parses it, so that it is known which variables it names; all ranks get the text,
/// or the same error. Relative paths are those that rank 0 sees. Throws UsageError where the file cannot be
/// read, and as parse does. Collective.
JobFileText load_job_text(Communicator& comm, const std::filesystem::path& path,
                          const std::function<void(const JobFileText&, const Environment&)>& parse);

/// What rank 0 has, on all ranks. Collective.
JobFileText broadcast_job_text(Communicator& comm, JobFileText source);

}  // namespace shoal
