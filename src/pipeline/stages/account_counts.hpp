// What is known of the accounts that wrote posts, for each post.
#pragma once

#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

/// For each of this rank's posts the count of its account; not exported where the account is not known.
/// Collective.
std::vector<Count> counts_of_creators(Communicator& comm, const Corpus& corpus, Count Account::*count);
/// For each of this rank's posts the platform's number of its account; empty where it is not known.
/// Collective.
std::vector<std::string> numbers_of_creators(Communicator& comm, const Corpus& corpus);

}  // namespace shoal
