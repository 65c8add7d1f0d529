// What stands under uns/shoal of the results: settings, counts, clusterings. Nothing of host, time, path,
// ranks or threads.
#pragma once

#include "pipeline/engine/run_state.hpp"
#include "shoal/store/uns_value.hpp"

namespace shoal {

/// The same on all ranks. Collective.
UnsValue results_tree(RunState& state);

}  // namespace shoal
