// Reading one table of a job file: every value is checked, and what was not asked for is an unknown key.
#pragma once

#include <toml++/toml.h>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/job/job.hpp"

namespace shoal {

/// Where a job file's text comes from: for messages, relative paths and variables.
struct JobSource {
  std::filesystem::path path;
  const Environment& environment;

  /// A UsageError that names file and line.
  [[noreturn]] void fail(const toml::node* node, const std::string& sentence) const;
  /// text with each ${NAME} replaced by the variable's value.
  [[nodiscard]] std::string expand(const toml::node& node, const std::string& text) const;
  /// An absolute path as it is; a relative one below the job file's folder.
  [[nodiscard]] std::string resolve(const std::string& path_text) const;
};

class TomlSection {
 public:
  /// name: as it stands in the file, for messages.
  TomlSection(const toml::table& table, std::string name, const JobSource& source)
      : table_(table), name_(std::move(name)), source_(source) {}

  [[nodiscard]] bool has(const std::string& key);
  [[nodiscard]] std::string text(const std::string& key, std::optional<std::string> fallback = std::nullopt);
  [[nodiscard]] std::string path(const std::string& key);
  /// A text of a list of allowed ones.
  [[nodiscard]] std::string choice(const std::string& key, std::span<const std::string_view> allowed,
                                   std::optional<std::string> fallback = std::nullopt);
  [[nodiscard]] std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most,
                                     std::optional<std::int64_t> fallback = std::nullopt);
  [[nodiscard]] double number(const std::string& key, double least, double most, double fallback);
  [[nodiscard]] bool truth(const std::string& key, bool fallback);
  /// A text, or a list of texts, variables replaced.
  [[nodiscard]] std::vector<std::string> texts(const std::string& key);
  /// A count (a whole number) or a share (a number with a decimal point, 0 to 1).
  [[nodiscard]] DocumentLimit document_limit(const std::string& key, DocumentLimit fallback);
  /// A table below this one; an empty one if it is missing.
  [[nodiscard]] TomlSection section(const std::string& key);
  /// An array of tables.
  [[nodiscard]] std::vector<TomlSection> sections(const std::string& key);
  /// Throws UsageError for the first key that was never asked for.
  void refuse_unknown() const;

  /// A UsageError at a key of this section.
  [[noreturn]] void fail(const std::string& key, const std::string& sentence) const;

 private:
  const toml::node* find(const std::string& key);
  const toml::node& require(const std::string& key);
  /// Words that name a key here that looks like a missing one.
  [[nodiscard]] std::string misspelt(const std::string& missing) const;

  const toml::table& table_;
  std::string name_;
  const JobSource& source_;
  std::set<std::string> known_;
};

}  // namespace shoal
