// What a person wants to know first of two results: of the same inputs or not, which settings differ, and how
// far the groups agree.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace shoal {

/// unknown: digests of inputs under two pseudonym keys cannot be compared.
enum class SameInputs { yes, no, unknown };

/// A setting of the job, or what else decides results: the version, the arithmetic, the weights.
struct SettingDifference {
  std::string name;  ///< "cluster.topics.k"
  std::string a;     ///< "-" where the results have none
  std::string b;
};

/// Rows by their names in obs.
struct RowsInBoth {
  std::string file;
  std::int64_t in_both = 0;
  std::int64_t only_in_a = 0;
  std::int64_t only_in_b = 0;
};

/// Of a clustering that both results have.
struct LabelAgreement {
  std::string clustering;
  std::string file;
  std::int64_t labelled = 0;         ///< rows of both results that both give a group
  std::int64_t labelled_in_one = 0;  ///< rows of both results that one of them gives a group
  double adjusted_rand = 0.0;        ///< over the rows that both give a group
};

struct ResultsOverview {
  SameInputs inputs = SameInputs::unknown;
  std::vector<SettingDifference> settings;
  std::vector<RowsInBoth> rows;
  std::vector<LabelAgreement> labels;
};

/// Two results files that stand for the same table. table: which only the clusterings of are compared
/// ("posts"); empty: all of them.
struct FilePair {
  std::filesystem::path a;
  std::filesystem::path b;
  std::string table;
};

/// pairs: the first tells inputs and settings. Throws InputError where one cannot be read.
ResultsOverview overview_of(const std::vector<FilePair>& pairs);

/// Lines for a person.
std::string format_overview(const ResultsOverview& overview);

}  // namespace shoal
