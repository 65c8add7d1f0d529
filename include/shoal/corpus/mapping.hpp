// Which fields of a post a job may map columns to.
#pragma once

#include <span>
#include <string_view>

namespace shoal {

/// The keys of [corpus.columns], as docs/inputs.md describes them.
std::span<const std::string_view> mapped_fields();

}  // namespace shoal
