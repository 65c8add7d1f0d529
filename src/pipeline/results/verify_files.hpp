// The parts of `shoal verify`: files, counts, journals, and rows computed again.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "pipeline/engine/run_state.hpp"
#include "shoal/pipeline/verify.hpp"

namespace shoal {

// All are collective, and add to the verification on every rank alike.
/// Every MiB of every file, against run.json.
void verify_checksums(Communicator& comm, const std::filesystem::path& out, const nlohmann::json& report,
                      Verification& verification);
/// That counts add up, and that the files hold as many rows as they say.
void verify_counts(Communicator& comm, const std::filesystem::path& out, const nlohmann::json& report,
                   Verification& verification);
/// Every record of the journals that the run reached.
void verify_journals(Communicator& comm, const std::filesystem::path& out, Verification& verification);
/// Reads the inputs again, and compares identities and sampled rows with the files. state: of the run's job.
void verify_rows(RunState& state, const nlohmann::json& report, std::int64_t sample,
                 Verification& verification);

/// Adds what rank 0 or all ranks found, each sentence once, on all ranks.
void add_findings(Communicator& comm, std::vector<std::string> mine, std::vector<std::string>& all);

}  // namespace shoal
