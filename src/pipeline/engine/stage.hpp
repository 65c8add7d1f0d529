// A stage: one entry of a job, or a step that every job has. Whoever runs, plans, verifies or stores asks
// stages, and knows none of them by name.
#pragma once

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/engine/cost.hpp"
#include "pipeline/engine/keys.hpp"
#include "pipeline/engine/run.hpp"
#include "pipeline/engine/verification.hpp"
#include "pipeline/job/job.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/store/uns_value.hpp"

namespace shoal {

/// What a job file says of a stage.
struct Entry {
  std::string section;  ///< "features", "cluster"; empty for a step that every job has
  std::string name;     ///< of the entry: "tags", "topics"
  std::string kind;     ///< "tfidf", "kmeans"
  int version = 1;      ///< of the kind: raised when its results change for the same settings
  int position = 0;     ///< among the entries of its section, in the order of the file
  int order = 0;        ///< among all entries of the job: [features.NAME] first, then the lists
  std::string place{};  ///< "job.toml:12", for messages
  SettingsRecord settings = SettingsRecord::object();  ///< what decides its results; canonical text
};

/// When a stage may run. Among stages whose needs are met the earliest goes first, then the file's order
/// decides.
enum class When {
  early,      ///< cheap, and what it makes tells how large the expensive stages are
  forecast,   ///< says what the rest will take, or refuses
  features,   ///< expensive
  groupings,  ///< sees every feature set that does not need a grouping
  closing,    ///< sees all results
};

/// What a stage gives, for those that need it.
struct Given {
  std::string name;   ///< "features.tags"
  std::string table;  ///< the table whose rows it has; empty where it is the one of `like`
  std::string like{};
  /// Of a feature set: rows may be absent, and the table tells which in a column <name>_present.
  bool may_be_absent = false;
};

/// A column that a stage will add to a table.
struct ColumnOfTable {
  std::string table;
  std::string column;
};

/// What a stage wants of the backend.
struct Wishes {
  /// The highest instruction level that changes its results; absent: as high as the ranks have in common.
  std::optional<InstructionLevel> level = decisive_level(Precision::fp32);
  std::string engine = "shoal";  ///< on GPUs: what computes convolutions; "shoal" where it has no network
  std::optional<NetworkSpec> least_network;  ///< its network in the precision that takes least room
};

/// How far a run is prepared.
struct Preparation {
  std::optional<std::filesystem::path>
      out;             ///< where choices of earlier runs are noted; absent: none are kept
  bool fresh = false;  ///< earlier runs do not count
  bool settle = true;  ///< measures what the job leaves open; else only asks what can be had
  bool tune = false;   ///< also measures plans of networks
};

class Stage {
 public:
  explicit Stage(Entry entry) : entry_(std::move(entry)) {}
  virtual ~Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  [[nodiscard]] const Entry& entry() const { return entry_; }
  /// The entries of the job that it stands for: itself, unless it is a step that every job has or several
  /// share.
  [[nodiscard]] virtual std::vector<const Entry*> entries() const {
    return entry_.section.empty() ? std::vector<const Entry*>{} : std::vector<const Entry*>{&entry_};
  }
  /// "features.tags", "cluster.topics", "read".
  [[nodiscard]] std::string name() const;
  /// Stages of one group share a line in plans, timings and run.json.
  [[nodiscard]] virtual std::string group() const {
    return entry_.section.empty() ? entry_.name : entry_.section;
  }

  [[nodiscard]] virtual When when() const = 0;
  /// Names of what it reads: "features.tags".
  [[nodiscard]] virtual std::vector<std::string> needs() const { return {}; }
  [[nodiscard]] virtual std::vector<Given> gives() const { return {}; }
  /// Columns that it adds; tables: of what stages give.
  [[nodiscard]] virtual std::vector<ColumnOfTable> columns(const StageList&) const { return {}; }
  /// Files that it leaves in the results folder.
  [[nodiscard]] virtual std::vector<std::string> files(const StageList&) const { return {}; }
  [[nodiscard]] virtual Wishes wishes() const { return {}; }

  /// What can be known wrong before anything is read. Throws InputError. Collective.
  virtual void check(Communicator&) {}
  /// Settles what the job leaves open, such as a precision. Throws UsageError for what cannot be had.
  /// Collective.
  virtual void prepare(Run&, const Preparation&) {}
  /// Takes from a finished run what it settled on.
  virtual void recall(const nlohmann::json& /*run_json*/) {}
  /// What beside settings and needs decides its results: by default the arithmetic. Nothing where it computes
  /// with none.
  [[nodiscard]] virtual std::string identity(const Run& run) const { return run.backend.numeric_identity(); }
  /// The key of one of the things that it gives, known when it has run.
  [[nodiscard]] virtual std::string key_of_given(const Run& run, const std::string& given) const;
  [[nodiscard]] KeyParts key_parts(const Run& run) const;

  /// All ranks. Reads and extends the run.
  virtual void run(Run& run) = 0;
  /// What it takes; adds the size of what it makes. Of a stage that has run only sizes and `written` count.
  virtual Cost cost(const Run&, Sizes&) const { return {}; }
  /// Throws UsageError for what cannot be computed from inputs of such sizes, as far as they are known.
  virtual void refuse(const Sizes&) const {}

  /// For `check`: does as much as tells what a run would do, and returns lines for a person. Collective.
  virtual std::string look(Run&) { return {}; }
  /// For `plan`: sizes in words, "1,200 posts"; and a line about the time it will take on so many ranks. The
  /// latter is called on rank 0.
  [[nodiscard]] virtual std::string size_text(const Run&) const { return {}; }
  virtual std::string time_text(Run&, int /*ranks*/) { return {}; }

  /// What results and the report find under uns/shoal. Collective.
  virtual void add_facts(Run&, UnsValue&) const {}
  /// What run.json tells of the run, and of each rank.
  virtual void add_record(const Run&, nlohmann::json&) const {}
  virtual void add_rank_record(const Run&, nlohmann::json&) const {}
  /// Paths in its settings, for the resolved job in run.json.
  virtual void add_paths(const Entry&, nlohmann::json& /*settings*/) const {}

  /// Compares what a finished run left with what its inputs give now. An early stage has run. Collective.
  virtual void verify(Run&, const VerifyRequest&, Verification&) {}

 protected:
  /// A feature set of this entry's, without rows.
  [[nodiscard]] FeatureSet new_set() const;

  Entry entry_;
};

}  // namespace shoal
