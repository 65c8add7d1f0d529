// What stands under uns/shoal of the results: settings, counts, what each stage tells. Nothing of host, time,
// path, ranks or threads.
#pragma once

#include "pipeline/engine/stage_list.hpp"
#include "shoal/store/uns_value.hpp"

namespace shoal {

/// The same on all ranks. Collective.
UnsValue results_tree(Run& run);

}  // namespace shoal
