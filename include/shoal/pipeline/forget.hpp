// Leaving out posts and accounts from now on, and from results that are there.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/compute/device.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {

struct ForgetOptions {
  std::filesystem::path results;
  std::vector<std::string> ids;  ///< of posts and accounts, as results have them; or names themselves
  Device device = Device::automatic;
  int threads = 0;  ///< of each rank; 0: its share of the node's processors
  const KindTable* kinds = nullptr;
};

/// Adds the posts and accounts to the list beside the key, removes the results, and runs their job anew, from
/// the beginning: nothing of them is left there, nor in the journal, also where that run fails. Throws
/// UsageError for results that show names, InputError where an id is found nowhere; then nothing has changed.
/// Collective.
RunSummary forget_rows(Communicator& comm, const ForgetOptions& options);

}  // namespace shoal
