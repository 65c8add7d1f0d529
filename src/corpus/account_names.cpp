// Names are columns of fixed width: one long name would widen every row.
#include "account_names.hpp"

#include <fmt/format.h>

#include "addresses.hpp"
#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

constexpr std::size_t kLongestAccountName = 255;

/// kAtForms (text/signs.hpp), as what is taken off at ends.
constexpr std::u32string_view kAtSigns = U"@\uFF20\uFE6B";

bool is_address(std::string_view name) {
  return name.find("://") != std::string_view::npos || holds_platform_address(name);
}

}  // namespace

std::string account_key(std::string_view platform, std::string_view name) {
  return platform.empty() ? std::string(name) : fmt::format("{}:{}", platform, name);
}

std::string_view name_in_key(std::string_view key, std::string_view platform) {
  const bool has_platform = !platform.empty() && key.size() > platform.size() && key.starts_with(platform) &&
                            key[platform.size()] == ':';
  return has_platform ? key.substr(platform.size() + 1) : key;
}

std::string plain_handle(std::string_view text) {
  const std::string_view bare = trimmed(text, kAtSigns);
  if (!is_utf8(bare)) return std::string(bare);
  const std::string handle = is_address(bare) ? handle_in_address(bare) : std::string();
  return lower_case(handle.empty() ? bare : trimmed(handle, kAtSigns));
}

std::string_view account_name_fault(std::string_view name) {
  if (!is_utf8(name)) return "is not UTF-8";
  if (name.size() > kLongestAccountName) return "is longer than 255 bytes";
  return holds_control(name) ? "holds a control character" : "";
}

std::string_view handle_fault(std::string_view handle) {
  const std::string_view fault = account_name_fault(handle);
  return fault.empty() && handle.find('/') != std::string_view::npos ? "holds a slash, which no handle does"
                                                                     : fault;
}

std::string usable_account_name(std::string_view name, std::int64_t record, ReadResult& result) {
  std::string handle = plain_handle(name);
  const std::string_view fault = handle_fault(handle);
  if (fault.empty()) return handle;
  result.quarantine_value(record, fmt::format("the account's name {}", fault));
  return {};
}

std::string usable_display_name(std::string_view name, std::int64_t record, ReadResult& result) {
  const std::string_view shown = trimmed(name);
  const std::string_view fault = account_name_fault(shown);
  if (fault.empty()) return std::string(shown);
  result.quarantine_value(record, fmt::format("the account's display name {}", fault));
  return {};
}

}  // namespace shoal
