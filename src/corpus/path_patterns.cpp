// Patterns as glob(3) reads them, component by component; glob itself takes what it could not examine for
// what is not there.
#include "path_patterns.hpp"

#include <fmt/format.h>
#include <fnmatch.h>

#include <algorithm>
#include <filesystem>

#include "shoal/base/error.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/comm/even_shares.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWildcards = "*?[";
constexpr const char* kWherePathsStart = "; relative paths start from the job file's folder";

/// What a component of a pattern makes of one path, which is empty or ends in a slash.
std::vector<std::string> step(const std::string& path, const std::string& component) {
  if (component.find_first_of("*?[\\") == std::string::npos) {
    return is_listed(path + component) ? std::vector{path + component} : std::vector<std::string>{};
  }
  std::vector<std::string> found;
  for (const std::string& name : names_in(path.empty() ? "." : path)) {
    if (::fnmatch(component.c_str(), name.c_str(), FNM_PERIOD) == 0) found.push_back(path + name);
  }
  return found;
}

/// A part of a pattern, and the slashes behind it.
struct Component {
  std::string text;
  std::string slashes;
};

std::vector<Component> components_of(std::string_view pattern) {
  std::vector<Component> components;
  while (!pattern.empty()) {
    const std::size_t end = std::min(pattern.find('/'), pattern.size());
    const std::size_t next = std::min(pattern.find_first_not_of('/', end), pattern.size());
    components.push_back({std::string(pattern.substr(0, end)), std::string(pattern.substr(end, next - end))});
    pattern.remove_prefix(next);
  }
  return components;
}

/// What a component makes of some paths, which are empty or end in a slash.
std::vector<std::string> matches_of(const std::vector<std::string>& paths, const Component& component) {
  const auto& [text, slashes] = component;
  std::vector<std::string> found;
  for (const std::string& path : paths) {
    for (const std::string& match : text.empty() ? std::vector{path} : step(path, text)) {
      if (slashes.empty() || text.empty() || is_folder(match)) found.push_back(match + slashes);
    }
  }
  return found;
}

}  // namespace

void refuse_absent(const fs::path& path, std::string_view key) {
  throw InputError(fmt::format("'{}' under {} is not there{}", path.string(), key, kWherePathsStart));
}

bool is_system_litter(std::string_view name) { return name.starts_with("._") || name == ".DS_Store"; }

std::string whole_path(const PathPattern& pattern) {
  return (fs::path(pattern.folder) / pattern.text).string();
}

bool has_wildcards(const PathPattern& pattern) {
  return pattern.text.find_first_of(kWildcards) != std::string::npos && !is_listed(whole_path(pattern));
}

PatternMatches match_pattern(Communicator& comm, const PathPattern& pattern, std::string_view key) {
  const std::string whole = whole_path(pattern);
  const std::string prefix = whole.substr(0, whole.size() - pattern.text.size());
  const std::string before = prefix + pattern.text.substr(0, pattern.text.find_first_of(kWildcards));
  PatternMatches result;
  const auto slash = before.rfind('/');
  if (slash != std::string::npos) result.root = before.substr(0, slash + 1);
  if (comm.is_root()) result.paths = {prefix};
  for (const Component& component : components_of(pattern.text)) {
    on_all(comm, [&] { result.paths = matches_of(result.paths, component); });
    result.paths = share_evenly(comm, std::move(result.paths));
  }
  std::sort(result.paths.begin(), result.paths.end());
  if (comm.sum(std::ssize(result.paths)) == 0) {
    throw InputError(fmt::format("nothing matches '{}' under {}{}", whole, key, kWherePathsStart));
  }
  return result;
}

PatternMatches match_pattern(const PathPattern& pattern, std::string_view key) {
  return match_pattern(*make_single_rank(), pattern, key);
}

}  // namespace shoal
