// What [corpus] says of how posts are read, and which of them stay.
#pragma once

#include "pipeline/job/section.hpp"
#include "shoal/corpus/keep_rule.hpp"
#include "shoal/corpus/read_rules.hpp"

namespace shoal {

/// section: [corpus.keep].
KeepRule read_keep(TomlSection& section);

/// section: [corpus]. Reads `tags_from`, `merge_tags`, `keep_urls`, `slides`, `platform` and
/// [corpus.columns].
ReadRules read_rules(TomlSection& section);

}  // namespace shoal
