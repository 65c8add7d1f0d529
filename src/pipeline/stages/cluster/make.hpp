// Makers of groupings, for the table of kinds.
#pragma once

#include "pipeline/stages/kinds.hpp"

namespace shoal {

void make_kmeans(Entry entry, TomlSection& section, EntryContext& context);

}  // namespace shoal
