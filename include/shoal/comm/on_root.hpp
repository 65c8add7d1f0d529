// Work whose errors reach every rank, so that all leave alike.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {

/// The code and the sentence of what went wrong; 0 where nothing did.
using Outcome = std::pair<int, std::string>;

template <class Work>
Outcome outcome_of(Communicator& comm, const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    return {static_cast<int>(error.code()), error.what()};
  } catch (const std::bad_alloc&) {
    return {static_cast<int>(ExitCode::resources),
            "memory does not suffice on rank " + std::to_string(comm.rank())};
  } catch (const std::exception& error) {
    return {static_cast<int>(ExitCode::failure), error.what()};
  }
  return {0, ""};
}

inline void throw_unless_good(const Outcome& outcome) {
  if (outcome.first != 0) throw Error(static_cast<ExitCode>(outcome.first), outcome.second);
}

/// Calls work() on rank 0. Where it throws an Error, every rank throws one of the same code and sentence.
/// Collective.
template <class Work>
void on_root(Communicator& comm, const Work& work) {
  Outcome outcome{0, ""};
  if (comm.is_root()) outcome = outcome_of(comm, work);
  throw_unless_good(broadcast_object(comm, outcome, 0));
}

/// Calls work() on every rank. Where it throws on some, every rank throws what the first of them did; ranks
/// that are done leave the processor to the others. Collective.
template <class Work>
void on_all(Communicator& comm, const Work& work) {
  const Outcome mine = outcome_of(comm, work);
  comm.wait_for_all();
  for (const Outcome& outcome : all_gather_objects(comm, mine)) throw_unless_good(outcome);
}

}  // namespace shoal
