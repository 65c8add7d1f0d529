// run and check: MPI around the pipeline, and how ranks leave when something goes wrong.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <exception>

#include "commands.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/mpi_session.hpp"
#include "shoal/pipeline/run.hpp"

namespace shoal {
namespace {

/// How long a rank with an error waits for the others to have theirs.
constexpr auto kPatience = std::chrono::milliseconds(500);

/// Errors that all ranks have end the program in good order, and rank 0 tells them; one that a single rank
/// has ends the job, since the others wait for that rank.
ExitCode leave(Communicator& comm, ExitCode code, const std::string& sentence) {
  if (comm.leave_together(kPatience)) {
    if (comm.is_root()) log::error("{}", sentence);
    return code;
  }
  log::error("rank {}: {}", comm.rank(), sentence);
  comm.abort(static_cast<int>(code));
  return code;  // GCC does not see that abort, being virtual, never returns
}

template <class Work>
ExitCode with_mpi(const RunCommand& command, const Work& work) {
  // Before MPI starts its threads: they inherit which signals are blocked.
  install_stop_signals();
  MpiSession session;
  Communicator& comm = session.world();
  log::configure(comm.rank(), comm.size(), command.verbose ? log::Level::debug : log::Level::info);
  try {
    return work(comm);
  } catch (const Error& error) {
    return leave(comm, error.code(), error.what());
  } catch (const std::bad_alloc&) {
    return leave(comm, ExitCode::resources, "memory does not suffice; use more ranks on more nodes");
  } catch (const std::exception& error) {
    return leave(comm, ExitCode::failure, error.what());
  }
}

RunOptions options_of(const RunCommand& command) {
  if (command.device == "cuda") {
    throw UsageError("--device cuda: this build has no CUDA backend; use --device cpu or auto");
  }
  RunOptions options;
  options.job_file = command.job;
  options.threads = command.threads;
  if (!command.out.empty()) options.out = command.out;
  return options;
}

ExitCode code_for(std::int64_t quarantined, bool strict) {
  return strict && quarantined > 0 ? ExitCode::quarantined : ExitCode::done;
}

}  // namespace

ExitCode run_command(const RunCommand& command) {
  return with_mpi(command, [&](Communicator& comm) {
    const RunSummary summary = run_job(comm, options_of(command));
    log::info("done: {} posts, {} rows in quarantine.csv; open {}", summary.accounting.kept,
              summary.quarantine_rows, (summary.out / "report.html").string());
    return code_for(summary.quarantine_rows, command.strict);
  });
}

ExitCode check_command(const RunCommand& command) {
  return with_mpi(command, [&](Communicator& comm) {
    const CheckSummary summary = check_job(comm, options_of(command));
    if (comm.is_root()) fmt::print("{}", summary.text);
    return code_for(summary.quarantine_rows, command.strict);
  });
}

}  // namespace shoal
