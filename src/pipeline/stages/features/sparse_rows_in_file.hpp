// Sparse rows of a table against what a results file has of them.
#pragma once

#include <string>
#include <vector>

#include "pipeline/engine/stage.hpp"

namespace shoal {

/// What of the sampled rows of a table's set is not in the file as it is here; what: "its post's tf-idf".
/// Collective.
std::vector<std::string> differing_rows(Run& run, const VerifyRequest& request, const Table& table,
                                        const std::string& set, const std::string& what);

}  // namespace shoal
