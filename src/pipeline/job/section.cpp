// Values with their lines, checked one by one.
#include "pipeline/job/section.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "shoal/base/edit_distance.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

const toml::table& empty_table() {
  static const toml::table empty;
  return empty;
}

}  // namespace

void JobSource::fail(const toml::node* node, const std::string& sentence) const {
  if (node == nullptr || node->source().begin.line == 0) {
    throw UsageError(fmt::format("{}: {}", path.string(), sentence));
  }
  throw UsageError(fmt::format("{}:{}: {}", path.string(), node->source().begin.line, sentence));
}

std::string JobSource::expand(const toml::node& node, const std::string& text) const {
  std::string expanded;
  std::size_t at = 0;
  while (true) {
    const std::size_t begin = text.find("${", at);
    if (begin == std::string::npos) return expanded + text.substr(at);
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos) fail(&node, fmt::format("'{}' has a ${{ without its }}", text));
    const std::string name = text.substr(begin + 2, end - begin - 2);
    const auto value = environment(name);
    if (!value)
      fail(&node, fmt::format("the environment variable {} is not set; set it, or write the path", name));
    expanded += text.substr(at, begin - at) + *value;
    at = end + 1;
  }
}

std::string JobSource::resolve(const std::string& path_text) const {
  const std::filesystem::path given(path_text);
  return given.is_absolute() ? path_text : (path.parent_path() / given).string();
}

const toml::node* TomlSection::find(const std::string& key) {
  known_.insert(key);
  return table_.get(key);
}

std::string TomlSection::misspelt(const std::string& missing) const {
  for (const auto& [key, node] : table_) {
    if (edit_distance(key.str(), missing) > 2) continue;
    return fmt::format("; line {} has '{}'", key.source().begin.line, key.str());
  }
  return {};
}

const toml::node& TomlSection::require(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr)
    source_.fail(&table_, fmt::format("{} needs the key '{}'{}", name_, key, misspelt(key)));
  return *node;
}

void TomlSection::fail(const std::string& key, const std::string& sentence) const {
  const toml::node* node = table_.get(key);
  source_.fail(node != nullptr ? node : &table_, fmt::format("'{}' in {} {}", key, name_, sentence));
}

bool TomlSection::has(const std::string& key) { return find(key) != nullptr; }

std::string TomlSection::text(const std::string& key, std::optional<std::string> fallback) {
  if (fallback && find(key) == nullptr) return *fallback;
  const toml::node& node = require(key);
  const auto value = node.value_exact<std::string>();
  if (!value) fail(key, "should be a text in quotes");
  return source_.expand(node, *value);
}

std::string TomlSection::path(const std::string& key) { return source_.resolve(text(key)); }

std::string TomlSection::choice(const std::string& key, std::span<const std::string_view> allowed,
                                std::optional<std::string> fallback) {
  std::string value = text(key, std::move(fallback));
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    fail(key, fmt::format("is '{}'; it may be {}", value, fmt::join(allowed, ", ")));
  }
  return value;
}

std::int64_t TomlSection::integer(const std::string& key, std::int64_t least, std::int64_t most,
                                  std::optional<std::int64_t> fallback) {
  if (fallback && find(key) == nullptr) return *fallback;
  const auto value = require(key).value_exact<std::int64_t>();
  if (!value) fail(key, "should be a whole number");
  if (*value < least || *value > most)
    fail(key, fmt::format("is {}; it may be {} to {}", *value, least, most));
  return *value;
}

double TomlSection::number(const std::string& key, double least, double most, double fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value<double>();
  if (!value || !node->is_number()) fail(key, "should be a number");
  if (!(*value >= least && *value <= most))
    fail(key, fmt::format("is {}; it may be {} to {}", *value, least, most));
  return *value;
}

bool TomlSection::truth(const std::string& key, bool fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  const auto value = node->value_exact<bool>();
  if (!value) fail(key, "should be true or false");
  return *value;
}

std::vector<std::string> TomlSection::texts(const std::string& key) {
  const toml::node& node = require(key);
  if (const auto one = node.value_exact<std::string>()) return {source_.expand(node, *one)};
  const toml::array* list = node.as_array();
  if (list == nullptr) fail(key, "should be a text or a list of texts");
  std::vector<std::string> values;
  for (const toml::node& element : *list) {
    const auto value = element.value_exact<std::string>();
    if (!value) source_.fail(&element, fmt::format("'{}' in {} should hold texts only", key, name_));
    values.push_back(source_.expand(element, *value));
  }
  return values;
}

DocumentLimit TomlSection::document_limit(const std::string& key, DocumentLimit fallback) {
  const toml::node* node = find(key);
  if (node == nullptr) return fallback;
  if (node->is_integer()) return {static_cast<double>(integer(key, 1, std::int64_t{1} << 53)), false};
  return {number(key, 0.0, 1.0, 0.0), true};
}

TomlSection TomlSection::section(const std::string& key) {
  const toml::node* node = find(key);
  const std::string below = name_.empty() ? fmt::format("[{}]", key)
                                          : fmt::format("{}.{}]", name_.substr(0, name_.size() - 1), key);
  if (node == nullptr) return {empty_table(), below, source_};
  if (!node->is_table()) source_.fail(node, fmt::format("'{}' should be a table, {}", key, below));
  return {*node->as_table(), below, source_};
}

std::vector<TomlSection> TomlSection::sections(const std::string& key) {
  const toml::node* node = find(key);
  std::vector<TomlSection> all;
  if (node == nullptr) return all;
  const toml::array* list = node->as_array();
  if (list == nullptr) source_.fail(node, fmt::format("'{0}' should be tables, each headed [[{0}]]", key));
  for (const toml::node& element : *list) {
    if (!element.is_table())
      source_.fail(&element, fmt::format("'{0}' should be tables, each headed [[{0}]]", key));
    all.emplace_back(*element.as_table(), fmt::format("[[{}]]", key), source_);
  }
  return all;
}

void TomlSection::refuse_unknown() const {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (known_.contains(name)) continue;
    const std::vector<std::string_view> candidates(known_.begin(), known_.end());
    const auto where = name_.empty() ? std::string("the job file") : name_;
    throw UsageError(fmt::format("{}:{}: unknown key '{}' in {}; did you mean '{}'?", source_.path.string(),
                                 key.source().begin.line, name, where, nearest_word(name, candidates)));
  }
}

}  // namespace shoal
