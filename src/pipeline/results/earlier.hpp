// What earlier runs left in a results folder, and whether new results may take its place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/job/job.hpp"

namespace shoal {

/// What a sealed list says of a file.
struct FileSum {
  std::uint64_t bytes = 0;
  std::string pieces;  ///< FileChecksums::text()
  friend bool operator==(const FileSum&, const FileSum&) = default;
};

/// Of which job results are: its name, and its patterns of posts and images.
struct JobIdentity {
  std::string name;
  /// In two spellings: the way that leads there through no link, and as the job names it. A link may lead
  /// elsewhere each day, and a folder may be reached by another way.
  struct Patterns {
    std::vector<std::string> resolved{};
    std::vector<std::string> named{};  ///< earlier versions did not note it
    [[nodiscard]] bool same_as(const Patterns& other) const {
      return resolved == other.resolved || (!named.empty() && named == other.named);
    }
  };
  Patterns posts{};
  Patterns images{};
  /// Where the key of its pseudonyms is, or would be made; absent without pseudonyms. Not noted.
  std::optional<std::filesystem::path> key_file{};

  static JobIdentity of(const Job& job);
  /// As work/job.json has it: patterns may name accounts, so results do not.
  [[nodiscard]] nlohmann::json note() const;
  static JobIdentity noted(const nlohmann::json& note);
};

class EarlierResults {
 public:
  /// Reads the seal, and the list that a run which was killed between two renames leaves.
  explicit EarlierResults(const std::filesystem::path& out);

  /// Throws UsageError where results of this job, in these files, would take the place of another job's, or
  /// of a file that no run left or somebody changed since.
  void require_room(const JobIdentity& job, const std::vector<std::string>& files) const;
  /// Throws FailureError where a file under the seal is not as the run left it: a new seal would vouch for
  /// it. but: this one may be, as it is to be written anew.
  void require_unchanged(const std::string& but) const;
  /// Files of earlier runs that are there.
  [[nodiscard]] std::vector<std::string> files() const;
  /// The list that a run leaves in work/files.json before the first of its files gets its name: names and
  /// sums of what is there and of what will be, so that whatever of both is found later is known. seal: of
  /// the new results.
  [[nodiscard]] nlohmann::json list_with(const nlohmann::json& seal) const;

  static std::filesystem::path list_in(const std::filesystem::path& out) {
    return out / "work" / "files.json";
  }

 private:
  void add_seal();
  void add_list();
  void add_identity();
  /// Whether the file is one that a run left, to the byte where somebody may have changed it since.
  [[nodiscard]] bool is_ours(const std::string& name) const;
  /// Whether a run of an earlier version, which put its files in place without a list of them, was killed
  /// while it did so: journals are listed, and nothing tells whose the files beside them are.
  [[nodiscard]] bool is_of_killed_run() const;
  void require_own_files(const std::vector<std::string>& files) const;

  std::filesystem::path out_;
  std::string job_;                      ///< the name; empty where none is known
  std::optional<JobIdentity> identity_;  ///< absent where work/ does not have it any more
  bool has_pseudonyms_ = false;          ///< what the seal tells of
  bool sealed_ = false;
  std::map<std::string, std::vector<FileSum>> sums_;
};

}  // namespace shoal
