// The key of the pseudonyms and what lies beside it, read by rank 0 for all.
#pragma once

#include <filesystem>

#include "pipeline/job/job.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/forgotten_list.hpp"
#include "shoal/corpus/pseudonyms.hpp"

namespace shoal {

/// Where a job's key lies. Throws InputError where nothing tells.
std::filesystem::path pseudonym_key_file(const CorpusJob& corpus);

/// could_be_made: another one stands in for it, which nothing must depend on; that it could be made is seen
/// to.
enum class MissingKey { is_made, is_an_error, could_be_made };

/// Collective. Throws InputError.
Pseudonyms agree_on_pseudonyms(Communicator& comm, const CorpusJob& corpus, MissingKey missing);

/// What was forgotten under the job's key. Collective. Throws InputError.
ForgottenList agree_on_forgotten(Communicator& comm, const CorpusJob& corpus);

}  // namespace shoal
