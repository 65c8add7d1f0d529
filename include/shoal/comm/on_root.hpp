// Work whose errors reach every rank, so that all leave alike.
#pragma once

#include <exception>
#include <new>
#include <string>

#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {

/// What went wrong, as it goes to other ranks; code 0 where nothing did.
struct Outcome {
  int code = 0;
  std::string sentence;
  bool unavailable = false;  ///< an UnavailableError, which no rank may take for anything else

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& code& sentence& unavailable;
  }
};

template <class Work>
Outcome outcome_of(Communicator& comm, const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    const bool unavailable = dynamic_cast<const UnavailableError*>(&error) != nullptr;
    return {static_cast<int>(error.code()), error.what(), unavailable};
  } catch (const std::bad_alloc&) {
    return {static_cast<int>(ExitCode::resources),
            "memory does not suffice on rank " + std::to_string(comm.rank())};
  } catch (const std::exception& error) {
    return {static_cast<int>(ExitCode::failure), error.what()};
  }
  return {};
}

inline void throw_unless_good(const Outcome& outcome) {
  if (outcome.code == 0) return;
  const auto code = static_cast<ExitCode>(outcome.code);
  if (outcome.unavailable) throw UnavailableError(outcome.sentence, code);
  if (code == ExitCode::input) throw InputError(outcome.sentence);
  throw Error(code, outcome.sentence);
}

/// Calls work() on rank 0. Where it throws an Error, every rank throws one of the same code and sentence, an
/// InputError or UnavailableError where it was one. Collective.
template <class Work>
void on_root(Communicator& comm, const Work& work) {
  Outcome outcome;
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
