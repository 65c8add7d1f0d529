// Going back from posts to the files that they were read from.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

/// Who is told what was read where.
struct Tracer {
  /// A post that is kept, or would be but for an earlier one with its id; record: its number in the unit's
  /// file.
  std::function<void(const Unit& unit, std::int64_t record, const Post& post)> post;
  std::function<void(const Unit& unit, const QuarantineRow& row)> left_out;
};

/// Reads the units, which are this rank's, and tells what they hold, also what was to be forgotten.
/// Collective.
void trace_corpus(Communicator& comm, const std::vector<Unit>& units, const ReadSettings& settings,
                  const Tracer& tracer);

}  // namespace shoal
