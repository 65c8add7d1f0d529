// From a job file to its stages.
#pragma once

#include <filesystem>
#include <string_view>

#include "pipeline/job/load.hpp"
#include "pipeline/stages/kinds.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

struct ParsedJob {
  Job job;
  StageList stages;  ///< in order
};

/// Reads a job file's text. path: for messages, and the folder that relative paths start from. Throws
/// UsageError, with the line, for what is not TOML, an unknown key (naming the nearest known one), a value of
/// the wrong type or range, a variable that is not set, and sections that do not fit together.
ParsedJob parse_job(std::string_view text, const std::filesystem::path& path, const Environment& environment,
                    const KindTable& kinds = built_in_kinds());

/// The same job from what an earlier run noted.
ParsedJob parse_again(const JobFileText& source, const KindTable& kinds = built_in_kinds());

struct LoadedJob {
  ParsedJob parsed;
  JobFileText source;
};

/// Rank 0 reads the file and the environment; all ranks get the same job, or the same error. Collective.
LoadedJob load_job(Communicator& comm, const std::filesystem::path& path,
                   const KindTable& kinds = built_in_kinds());

}  // namespace shoal
