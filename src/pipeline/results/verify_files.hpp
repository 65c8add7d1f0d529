// The parts of `shoal verify` that look at files alone: checksums, counts, journals.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>

#include "pipeline/engine/verification.hpp"

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

}  // namespace shoal
