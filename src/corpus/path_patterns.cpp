// glob(3), with the folder that the job file stands in taken literally.
#include "path_patterns.hpp"

#include <fmt/format.h>
#include <glob.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr const char* kWildcards = "*?[";

/// A path as a pattern that matches it alone.
std::string escaped(const std::string& path) {
  std::string result;
  for (const char c : path) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

}  // namespace

bool is_system_litter(std::string_view name) { return name.starts_with("._") || name == ".DS_Store"; }

std::string whole_path(const PathPattern& pattern) {
  return (fs::path(pattern.folder) / pattern.text).string();
}

bool has_wildcards(const PathPattern& pattern) {
  std::error_code ignored;
  return pattern.text.find_first_of(kWildcards) != std::string::npos &&
         !fs::exists(whole_path(pattern), ignored);
}

PatternMatches match_pattern(const PathPattern& pattern, std::string_view key) {
  const std::string whole = whole_path(pattern);
  const std::string prefix = whole.substr(0, whole.size() - pattern.text.size());
  const std::string before = prefix + pattern.text.substr(0, pattern.text.find_first_of(kWildcards));
  PatternMatches result;
  const auto slash = before.rfind('/');
  if (slash != std::string::npos) result.root = before.substr(0, slash + 1);
  glob_t matches{};
  const int code = ::glob((escaped(prefix) + pattern.text).c_str(), GLOB_ERR, nullptr, &matches);
  const std::unique_ptr<glob_t, decltype(&::globfree)> owner(&matches, &::globfree);
  if (code == GLOB_NOMATCH)
    throw InputError(fmt::format("nothing matches '{}' under [corpus] {}", whole, key));
  if (code != 0) {
    throw InputError(
        fmt::format("'{}' under [corpus] {} cannot be searched: {}", whole, key, std::strerror(errno)));
  }
  result.paths.assign(matches.gl_pathv, matches.gl_pathv + matches.gl_pathc);
  return result;
}

}  // namespace shoal
