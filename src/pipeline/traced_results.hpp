// A finished run, and the way back from its ids to its inputs.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/stages/parse.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/pseudonyms.hpp"

namespace shoal {

struct TracedResults {
  LoadedJob job;
  std::optional<Pseudonyms> pseudonyms;  ///< those of the run; absent where it has names
};

/// Throws InputError where there is no finished run, or not the key that it had; FailureError where it is
/// damaged. Collective.
TracedResults open_results(Communicator& comm, const std::filesystem::path& results, const KindTable* kinds);

/// What an id that was asked for stands for.
struct FoundName {
  std::string asked;
  std::string kind;        ///< as pseudonyms have it
  std::string name;        ///< what has the pseudonym
  std::string place;       ///< where it stands, in words
  std::int64_t posts = 0;  ///< that an account has there; 0 where it is mentioned

  friend auto operator<=>(const FoundName&, const FoundName&) = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& asked& kind& name& place& posts;
  }
};

class AskedIds {
 public:
  AskedIds(std::vector<std::string> ids, std::optional<Pseudonyms> pseudonyms)
      : ids_(ids.begin(), ids.end()), pseudonyms_(std::move(pseudonyms)) {}

  /// Whether an id means this name: its pseudonym, or the name itself. Adds what was found.
  void match(std::string_view kind, const std::string& name, const std::string& place,
             std::vector<FoundName>& found, std::int64_t posts = 0) const;
  /// The ids that mean this name.
  [[nodiscard]] std::vector<std::string> meaning(std::string_view kind, const std::string& name) const;
  /// Those that nothing was found for.
  [[nodiscard]] std::vector<std::string> missing(const std::vector<FoundName>& found) const;

 private:
  std::set<std::string> ids_;
  std::optional<Pseudonyms> pseudonyms_;
};

/// Posts, accounts, also those that are only mentioned, and sources, from reading all posts again. Sorted,
/// the same on all ranks. Collective.
std::vector<FoundName> find_in_posts(Communicator& comm, const CorpusJob& corpus, const AskedIds& asked,
                                     int threads);

/// Puts together what ranks found. Collective.
std::vector<FoundName> found_by_all(Communicator& comm, const std::vector<FoundName>& mine);

}  // namespace shoal
