// A feature kind, a map and a method of grouping that exist only in tests: what a run must carry without
// knowing it.
#pragma once

#include "pipeline/stages/kinds.hpp"

namespace shoal::testing {

/// All built-in kinds, and
///   [features.NAME] kind = "counts"   two numbers of each post, its tags and its caption's bytes; absent
///   where it has no tag
///   [[map]] method = "plane"          of any set: x and y from its first and last column; NaN where the row
///   is absent
///   [[cluster]] method = "stripes"    of any set: row modulo `groups`, whatever the numbers; no centroids
const KindTable& made_kinds();

}  // namespace shoal::testing
