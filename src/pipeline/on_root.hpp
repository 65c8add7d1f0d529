// Work that one rank does for all: its errors reach every rank, so that all leave alike.
#pragma once

#include <exception>
#include <new>
#include <string>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/comm/communicator.hpp"
#include "shoal/comm/objects.hpp"

namespace shoal {

/// Calls work() on rank 0. Where it throws an Error, every rank throws one of the same code and sentence.
/// Collective.
template <class Work>
void on_root(Communicator& comm, const Work& work) {
  std::pair<int, std::string> outcome{0, ""};
  if (comm.is_root()) {
    try {
      work();
    } catch (const Error& error) {
      outcome = {static_cast<int>(error.code()), error.what()};
    } catch (const std::bad_alloc&) {
      outcome = {static_cast<int>(ExitCode::resources), "memory does not suffice on rank 0"};
    } catch (const std::exception& error) {
      outcome = {static_cast<int>(ExitCode::failure), error.what()};
    }
  }
  outcome = broadcast_object(comm, outcome, 0);
  if (outcome.first != 0) throw Error(static_cast<ExitCode>(outcome.first), outcome.second);
}

}  // namespace shoal
