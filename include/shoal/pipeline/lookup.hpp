// From ids in results back to the files that they stand for, with the key of the pseudonyms.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"

namespace shoal {

struct KindTable;

struct LookupOptions {
  std::filesystem::path results;
  std::vector<std::string>
      ids;          ///< as results have them: of posts, accounts, sources, photos; or names themselves
  int threads = 0;  ///< of each rank; 0: its share of the node's processors
  const KindTable* kinds = nullptr;  ///< what job files may ask for; null: all that is built in
};

struct LookupSummary {
  std::string text;                    ///< lines for a person, which say paths and names
  std::vector<std::string> not_found;  ///< of the ids
};

/// Reads the inputs of a finished run again. The same on all ranks. Throws InputError where there is no
/// finished run, no key, or another one. Collective.
LookupSummary look_up(Communicator& comm, const LookupOptions& options);

}  // namespace shoal
