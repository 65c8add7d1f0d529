// What a run has made so far: each stage reads what earlier ones left here and adds its own.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/engine/cost.hpp"
#include "pipeline/engine/grouping.hpp"
#include "pipeline/engine/progress.hpp"
#include "pipeline/engine/work_folder.hpp"
#include "pipeline/job/job.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/corpus/corpus.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/data/table.hpp"

namespace shoal {

class StageList;

struct StageTiming {
  std::string stage;  ///< the group of stages
  double seconds = 0.0;
  std::int64_t peak = 0;  ///< bytes that the rank took at most until its end
};

/// Tiles of all stages that compute by tiles, of this rank.
struct TileCounts {
  std::int64_t computed = 0;
  std::int64_t reused = 0;  ///< of an earlier run
};

struct Run {
  Communicator& comm;
  Backend& backend;
  const Job& job;
  StageList& stages;
  std::filesystem::path out{};
  int threads = 1;
  std::int64_t resident_at_start = 0;            ///< memory of this process before the first stage
  std::optional<std::int64_t> memory_of_node{};  ///< what its ranks may take; absent: what is there
  std::optional<WorkFolder> work{};              ///< absent where nothing may be written
  std::filesystem::path staging{};  ///< where complete files wait until all of them are put in place
  std::map<std::string, std::string> keys{};  ///< of what stages gave
  std::string plans{};                        ///< what Backend::tune() gave for the job's networks
  Progress progress{};

  std::optional<ReadingSize> reading{};  ///< what the corpus takes; told before it is read
  Corpus corpus{};
  std::string why_no_posts{};              ///< a sentence where none was kept
  std::optional<Pseudonyms> pseudonyms{};  ///< where results show them in place of names
  std::map<std::string, Table> tables{};   ///< by name
  std::vector<std::shared_ptr<const DescribedGrouping>> groupings{};
  std::vector<QuarantineRow> quarantine{};  ///< of this rank
  std::int64_t quarantine_rows = 0;         ///< of all ranks
  TileCounts tiles{};
  /// Feature sets are released after their last reader: memory does not hold all of them.
  bool releases_sets = false;
  std::vector<StageMemory> forecast{};  ///< of this rank's memory
  std::vector<StageTiming> timings{};

  /// For keys: the backend's arithmetic, and the plans of networks that have some.
  [[nodiscard]] std::string numeric_identity() const;
  /// A table, made where it is missing.
  Table& table(const std::string& name);
  /// Null where there is none of that name.
  [[nodiscard]] const Table* find_table(const std::string& name) const;
  /// A feature set and its table. Throws FailureError where there is none: parsing sees to it.
  [[nodiscard]] std::pair<const Table*, const FeatureSet*> set(const std::string& name) const;
  /// The set whose columns name groups of posts: X of the posts where that is sparse; null where there is
  /// none.
  [[nodiscard]] const FeatureSet* naming_set() const;
};

}  // namespace shoal
