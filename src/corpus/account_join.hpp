// One name for an account that some records tell by its handle and others by its number.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "parsed_unit.hpp"
#include "shoal/comm/communicator.hpp"

namespace shoal {

/// What became one.
struct JoinedAccounts {
  /// The keys that names of this rank's posts and accounts had, of those that have another one now.
  std::unordered_map<std::string, std::string> keys_now;
  std::int64_t shared_handles = 0;  ///< of all ranks: those that stand under several numbers, which they join

  [[nodiscard]] const std::string& key_of(const std::string& name) const {
    const auto key = keys_now.find(name);
    return key == keys_now.end() ? name : key->second;
  }
};

/// Where a record has both, a handle and a number are one account; so are all that are joined with it, over
/// all ranks. Its key becomes the smallest handle by bytes, in posts, in their mentions and in accounts: an
/// account that was renamed while the corpus was collected stays one. Captions stay as they are. Does not
/// depend on ranks. Collective.
JoinedAccounts join_accounts(Communicator& comm, std::vector<ParsedUnit>& parsed);

}  // namespace shoal
