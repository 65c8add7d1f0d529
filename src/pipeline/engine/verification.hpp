// What stages are asked, and what they answer, when a finished run is verified.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/pipeline/verification.hpp"

namespace shoal {

struct VerifyRequest {
  const nlohmann::json& report;  ///< run.json
  std::int64_t sample = 64;      ///< rows to compute again
};

/// Rows of a table of so many, drawn from the checksums in run.json so that nobody chooses them; rising, each
/// once.
std::vector<std::int64_t> sample_rows(const VerifyRequest& request, std::int64_t rows);

/// Adds what any rank found, each sentence once, on all ranks. Collective.
void add_findings(Communicator& comm, std::vector<std::string> mine, std::vector<std::string>& all);

/// Calls work; what it throws is a finding. But results are not wrong where bytes could not be had, memory
/// was short or somebody wants us to stop: these are thrown on.
void find_faults(const std::function<void()>& work, std::vector<std::string>& findings);

}  // namespace shoal
