// Reading one table of a job file: every value is checked and recorded, and what was not asked for is an
// unknown key.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/job/job.hpp"
#include "shoal/corpus/path_pattern.hpp"
#include "shoal/text/vocabulary.hpp"

namespace shoal {

/// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// Where a job file's text comes from: for messages, relative paths and variables.
struct JobSource {
  std::filesystem::path path;
  const Environment& environment;

  /// "job.toml:12", for messages.
  [[nodiscard]] std::string place_of(const toml::node* node) const;
  /// A UsageError that names file and line.
  [[noreturn]] void fail(const toml::node* node, const std::string& sentence) const;
  /// text with each ${NAME} replaced by the variable's value.
  [[nodiscard]] std::string expand(const toml::node& node, const std::string& text) const;
  /// An absolute path as it is; a relative one below the job file's folder.
  [[nodiscard]] std::string resolve(const std::string& path_text) const;
};

/// Whether a value stands in the record, the canonical text of the section: which decides the keys of stages
/// and is part of results. A key that joins a kind later is recorded `unless_default`, so that the text of
/// older jobs stays.
enum class Record { always, unless_default, never };

/// The value of a key that has no default and is missing stands for one until finish() tells of it: a key
/// that is there and unknown, which is told first, may be the missing one misspelt.
class TomlSection {
 public:
  /// name: as it stands in the file, for messages.
  TomlSection(const toml::table& table, std::string name, const JobSource& source)
      : table_(table), name_(std::move(name)), source_(source) {}

  [[nodiscard]] bool has(const std::string& key);
  /// Whether the key is there and a text: where it may be something else, too.
  [[nodiscard]] bool has_text(const std::string& key);
  [[nodiscard]] std::string text(const std::string& key, std::optional<std::string> fallback = std::nullopt,
                                 Record record = Record::always);
  /// A name: it becomes part of column names, file names and addresses. Letters, digits, '_', '-' and '.'.
  [[nodiscard]] std::string plain_name(const std::string& key);
  /// Never recorded: results do not depend on where files lie.
  [[nodiscard]] std::string path(const std::string& key);
  /// A text of a list of allowed ones.
  [[nodiscard]] std::string choice(const std::string& key, std::span<const std::string_view> allowed,
                                   std::optional<std::string> fallback = std::nullopt,
                                   Record record = Record::always);
  [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most,
                                     std::optional<std::int64_t> fallback = std::nullopt,
                                     Record record = Record::always);
  [[nodiscard]] double number(const std::string& key, double least, double most, double fallback,
                              Record record = Record::always);
  /// A list of numbers; an empty one where it is missing. Not recorded: see put().
  [[nodiscard]] std::vector<double> numbers(const std::string& key, double least, double most);
  [[nodiscard]] bool truth(const std::string& key, bool fallback, Record record = Record::always);
  /// A text, or a list of texts, variables replaced. Not recorded: see put().
  [[nodiscard]] std::vector<std::string> texts(const std::string& key);
  /// Paths and patterns, which start from the job file's folder where they are relative. Not recorded.
  [[nodiscard]] std::vector<PathPattern> patterns(const std::string& key);
  /// A count (a whole number) or a share (a number with a decimal point, 0 to 1).
  [[nodiscard]] DocumentLimit document_limit(const std::string& key, DocumentLimit fallback);
  /// All keys of this section, by rising bytes: for one whose keys are names.
  [[nodiscard]] std::vector<std::string> keys() const;
  /// A table below this one; an empty one if it is missing.
  [[nodiscard]] TomlSection section(const std::string& key);
  /// The tables below this one, in the order of the file, with their keys.
  [[nodiscard]] std::vector<std::pair<std::string, TomlSection>> sections_below();
  /// An array of tables.
  [[nodiscard]] std::vector<TomlSection> sections(const std::string& key);
  /// When all keys were asked for. Throws UsageError for the first key of the file that nobody asked for, or
  /// else for the first that was asked for in vain.
  void finish() const;

  /// Puts a value into the record, in place of what reading recorded.
  void put(const std::string& key, SettingsRecord value) { record_[key] = std::move(value); }
  [[nodiscard]] const SettingsRecord& record() const { return record_; }

  /// A UsageError at a key of this section.
  [[noreturn]] void fail(const std::string& key, const std::string& sentence) const;
  /// Where a key of this section stands, "job.toml:12"; without the key, the section.
  [[nodiscard]] std::string place_of(const std::string& key) const;
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  const toml::node* find(const std::string& key);
  /// Null, and noted, where it is missing.
  const toml::node* require(const std::string& key);
  void refuse_unknown() const;
  [[noreturn]] void refuse_missing(const std::string& key) const;
  [[nodiscard]] TomlSection below(const std::string& key, const toml::node* node) const;
  template <class T>
  void note(const std::string& key, const T& value, bool is_default, Record record) {
    if (record == Record::always || (record == Record::unless_default && !is_default)) record_[key] = value;
  }

  const toml::table& table_;
  std::string name_;
  const JobSource& source_;
  std::set<std::string> known_;
  std::optional<std::string> missing_;  ///< the first of them
  SettingsRecord record_ = SettingsRecord::object();
};

}  // namespace shoal
