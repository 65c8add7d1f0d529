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

std::string JobSource::place_of(const toml::node* node) const {
  if (node == nullptr || node->source().begin.line == 0) return path.string();
  return fmt::format("{}:{}", path.string(), node->source().begin.line);
}

void JobSource::fail(const toml::node* node, const std::string& sentence) const {
  throw UsageError(fmt::format("{}: {}", place_of(node), sentence));
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

const toml::node* TomlSection::require(const std::string& key) {
  const toml::node* node = find(key);
  if (node == nullptr && !missing_) missing_ = key;
  return node;
}

void TomlSection::refuse_missing(const std::string& key) const {
  source_.fail(&table_, fmt::format("{} needs the key '{}'", name_, key));
}

void TomlSection::fail(const std::string& key, const std::string& sentence) const {
  throw UsageError(fmt::format("{}: '{}' in {} {}", place_of(key), key, name_, sentence));
}

std::string TomlSection::place_of(const std::string& key) const {
  const toml::node* node = table_.get(key);
  return source_.place_of(node != nullptr ? node : &table_);
}

bool TomlSection::has(const std::string& key) { return find(key) != nullptr; }

std::string TomlSection::text(const std::string& key, std::optional<std::string> fallback, Record record) {
  std::string value;
  if (fallback && find(key) == nullptr) {
    value = *fallback;
  } else {
    const toml::node* node = require(key);
    if (node == nullptr) return value;
    const auto given = node->value_exact<std::string>();
    if (!given) fail(key, "should be a text in quotes");
    value = source_.expand(*node, *given);
  }
  note(key, value, fallback && value == *fallback, record);
  return value;
}

std::string TomlSection::plain_name(const std::string& key) {
  std::string name = text(key);
  if (!has(key)) return name;
  const bool plain = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  });
  if (!plain || name.front() == '.') {
    fail(key, fmt::format("is '{}'; it may hold letters, digits, '_', '-' and '.', at most 64", name));
  }
  return name;
}

std::string TomlSection::path(const std::string& key) {
  return source_.resolve(text(key, std::nullopt, Record::never));
}

std::string TomlSection::choice(const std::string& key, std::span<const std::string_view> allowed,
                                std::optional<std::string> fallback, Record record) {
  // What else there may be depends on many a choice.
  if (!fallback && !has(key)) refuse_missing(key);
  std::string value = text(key, std::move(fallback), record);
  if (std::find(allowed.begin(), allowed.end(), value) == allowed.end()) {
    fail(key, fmt::format("is '{}'; it may be {}", value, fmt::join(allowed, ", ")));
  }
  return value;
}

std::int64_t TomlSection::integer(const std::string& key, std::int64_t least, std::int64_t most,
                                  std::optional<std::int64_t> fallback, Record record) {
  std::optional<std::int64_t> value = fallback;
  if (!fallback || find(key) != nullptr) {
    const toml::node* node = require(key);
    if (node == nullptr) return least;
    value = node->value_exact<std::int64_t>();
    if (!value) fail(key, "should be a whole number, without quotes or point");
    if (*value < least || *value > most)
      fail(key, fmt::format("is {}; it may be {} to {}", *value, least, most));
  }
  note(key, *value, value == fallback, record);
  return *value;
}

double TomlSection::number(const std::string& key, double least, double most, double fallback,
                           Record record) {
  std::optional<double> value = fallback;
  if (const toml::node* node = find(key); node != nullptr) {
    value = node->value<double>();
    if (!value || !node->is_number()) fail(key, "should be a number, without quotes");
    if (!(*value >= least && *value <= most))
      fail(key, fmt::format("is {}; it may be {} to {}", *value, least, most));
  }
  note(key, *value, *value == fallback, record);
  return *value;
}

std::vector<double> TomlSection::numbers(const std::string& key, double least, double most) {
  const toml::node* node = find(key);
  if (node == nullptr) return {};
  const toml::array* list = node->as_array();
  if (list == nullptr) fail(key, "should be a list of numbers");
  std::vector<double> values;
  for (const toml::node& element : *list) {
    const auto value = element.value<double>();
    if (!value || !element.is_number())
      source_.fail(&element, fmt::format("'{}' in {} should hold numbers only", key, name_));
    if (!(*value >= least && *value <= most)) {
      source_.fail(&element,
                   fmt::format("'{}' in {} holds {}; each may be {} to {}", key, name_, *value, least, most));
    }
    values.push_back(*value);
  }
  return values;
}

bool TomlSection::has_text(const std::string& key) {
  const toml::node* node = find(key);
  return node != nullptr && node->is_string();
}

bool TomlSection::truth(const std::string& key, bool fallback, Record record) {
  std::optional<bool> value = fallback;
  if (const toml::node* node = find(key); node != nullptr) {
    value = node->value_exact<bool>();
    if (!value) fail(key, "should be true or false, without quotes");
  }
  note(key, *value, *value == fallback, record);
  return *value;
}

std::vector<std::string> TomlSection::texts(const std::string& key) {
  const toml::node* node = require(key);
  if (node == nullptr) return {};
  if (const auto one = node->value_exact<std::string>()) return {source_.expand(*node, *one)};
  const toml::array* list = node->as_array();
  if (list == nullptr) fail(key, "should be a text or a list of texts");
  std::vector<std::string> values;
  for (const toml::node& element : *list) {
    const auto value = element.value_exact<std::string>();
    if (!value) source_.fail(&element, fmt::format("'{}' in {} should hold texts only", key, name_));
    values.push_back(source_.expand(element, *value));
  }
  return values;
}

std::vector<PathPattern> TomlSection::patterns(const std::string& key) {
  std::vector<PathPattern> patterns;
  for (std::string& text : texts(key)) {
    const bool absolute = std::filesystem::path(text).is_absolute();
    patterns.push_back({absolute ? "" : source_.path.parent_path().string(), std::move(text)});
  }
  return patterns;
}

DocumentLimit TomlSection::document_limit(const std::string& key, DocumentLimit fallback) {
  DocumentLimit limit = fallback;
  if (const toml::node* node = find(key); node != nullptr) {
    if (const auto share = node->value_exact<double>(); share && !(*share >= 0.0 && *share <= 1.0)) {
      fail(key,
           fmt::format("is {}; with a point it may be 0 to 1, a share of the posts, and without one it is a "
                       "number of posts",
                       *share));
    }
    limit =
        node->is_integer()
            ? DocumentLimit{static_cast<double>(integer(key, 1, std::int64_t{1} << 53, {}, Record::never)),
                            false}
            : DocumentLimit{number(key, 0.0, 1.0, 0.0, Record::never), true};
  }
  // A whole number is a count and one with a point is a share: the record keeps them apart in the same way.
  if (limit.is_share) {
    put(key, limit.value);
  } else {
    put(key, static_cast<std::int64_t>(limit.value));
  }
  return limit;
}

TomlSection TomlSection::below(const std::string& key, const toml::node* node) const {
  const std::string heading = name_.empty() ? fmt::format("[{}]", key)
                                            : fmt::format("{}.{}]", name_.substr(0, name_.size() - 1), key);
  if (node == nullptr) return {empty_table(), heading, source_};
  if (!node->is_table()) {
    source_.fail(node, fmt::format("'{}' should be a table: its keys below {}, or {} = {{ key = value }}",
                                   key, heading, key));
  }
  return {*node->as_table(), heading, source_};
}

TomlSection TomlSection::section(const std::string& key) { return below(key, find(key)); }

std::vector<std::string> TomlSection::keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, node] : table_) keys.emplace_back(key.str());
  return keys;
}

std::vector<std::pair<std::string, TomlSection>> TomlSection::sections_below() {
  std::vector<std::pair<std::string, const toml::node*>> nodes;
  for (const auto& [key, node] : table_)
    nodes.emplace_back(std::string(key.str()), find(std::string(key.str())));
  // The parser keeps tables in the order of their names.
  const auto place = [](const auto& entry) {
    const toml::source_position begin = entry.second->source().begin;
    return std::pair(begin.line, begin.column);
  };
  std::ranges::stable_sort(nodes, {}, place);
  std::vector<std::pair<std::string, TomlSection>> all;
  for (const auto& [key, node] : nodes) all.emplace_back(key, below(key, node));
  return all;
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
  const toml::key* first = nullptr;
  for (const auto& [key, node] : table_) {
    if (known_.contains(std::string(key.str()))) continue;
    // The parser keeps keys in the order of their names.
    if (first == nullptr || key.source().begin.line < first->source().begin.line) first = &key;
  }
  if (first == nullptr) return;
  const std::vector<std::string_view> candidates(known_.begin(), known_.end());
  const auto where = name_.empty() ? std::string("the job file") : name_;
  throw UsageError(fmt::format("{}:{}: unknown key '{}' in {}; {}", source_.path.string(),
                               first->source().begin.line, first->str(), where,
                               suggestion_for(first->str(), candidates)));
}

void TomlSection::finish() const {
  refuse_unknown();
  if (missing_) refuse_missing(*missing_);
}

}  // namespace shoal
