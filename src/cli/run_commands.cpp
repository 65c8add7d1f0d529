// run and check: MPI around the pipeline, and how ranks leave when something goes wrong.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <exception>

#include "commands.hpp"
#include "output.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/stop.hpp"
#include "shoal/comm/mpi_session.hpp"
#include "shoal/pipeline/check_inputs.hpp"
#include "shoal/pipeline/export_posts.hpp"
#include "shoal/pipeline/forget.hpp"
#include "shoal/pipeline/plan.hpp"
#include "shoal/pipeline/run.hpp"
#include "shoal/store/h5ad_writer.hpp"

namespace shoal {
namespace {

/// Errors that all ranks have end the program in good order, and rank 0 tells them; one that a single rank
/// has ends the job, since the others wait for that rank.
ExitCode leave(Communicator& comm, ExitCode code, const std::string& sentence) {
  if (comm.leave_together(kLeavingPatience)) {
    if (comm.is_root()) log::error("{}", sentence);
    if (!hdf5_is_broken()) return code;
    // The launcher ends all ranks when the first is gone like this: not before rank 0 has spoken.
    static_cast<void>(comm.leave_together(kLeavingPatience));
    std::_Exit(static_cast<int>(code));
  }
  log::error("rank {}: {}", comm.rank(), sentence);
  comm.abort(static_cast<int>(code));
  return code;  // GCC does not see that abort, being virtual, never returns
}

template <class Work>
ExitCode with_mpi(log::Level from, const Work& work) {
  // Before MPI starts its threads: they inherit which signals are blocked.
  install_stop_signals();
  use_predictable_allocation();
  MpiSession session;
  Communicator& comm = session.world();
  log::configure(comm.rank(), comm.size(), from);
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

/// "90", "1:30" or "1:02:03".
std::chrono::seconds seconds_of(const std::string& time) {
  std::int64_t seconds = 0;
  std::int64_t part = 0;
  int digits = 0;
  for (const char c : time + ":") {
    const bool digit = c >= '0' && c <= '9';
    if ((!digit && (c != ':' || digits == 0)) || digits > 9) {
      throw UsageError(fmt::format("--walltime '{}' is no time; write 3600, 60:00 or 1:00:00", time));
    }
    part = digit ? 10 * part + (c - '0') : part;
    digits = digit ? digits + 1 : 0;
    if (digit) continue;
    seconds = 60 * seconds + part;
    part = 0;
  }
  return std::chrono::seconds(seconds);
}

Device device_named(const std::string& name) {
  if (name == "cuda") return Device::cuda;
  return name == "cpu" ? Device::cpu : Device::automatic;
}

log::Level level_of(const RunCommand& command) {
  return command.verbose ? log::Level::debug : log::Level::info;
}

RunOptions options_of(const RunCommand& command) {
  RunOptions options;
  options.device = device_named(command.device);
  options.job_file = command.job;
  options.threads = command.threads;
  options.fresh = command.fresh;
  options.replace = command.replace;
  options.sync_every = std::chrono::seconds(command.sync_seconds);
  if (!command.walltime.empty()) options.walltime = seconds_of(command.walltime);
  if (!command.out.empty()) options.out = command.out;
  if (command.memory_of_node > 0) options.memory_of_node = static_cast<std::int64_t>(command.memory_of_node);
  return options;
}

/// Anything else is inputs, for which there is no job yet.
bool is_job_file(const std::filesystem::path& path) {
  return path.extension() == ".toml" || !std::filesystem::exists(path);
}

ExitCode code_for(std::int64_t quarantined, bool strict) {
  return strict && quarantined > 0 ? ExitCode::quarantined : ExitCode::done;
}

}  // namespace

ExitCode run_command(const RunCommand& command) {
  return with_mpi(level_of(command), [&](Communicator& comm) {
    const RunSummary summary = run_job(comm, options_of(command));
    log::info("done: {} posts, {} rows in quarantine.csv; open {}", summary.accounting.kept,
              summary.quarantine_rows, (summary.out / "report.html").string());
    return code_for(summary.quarantine_rows, command.strict);
  });
}

ExitCode check_command(const RunCommand& command) {
  return with_mpi(level_of(command), [&](Communicator& comm) {
    const CheckSummary summary = is_job_file(command.job) ? check_job(comm, options_of(command))
                                                          : check_inputs(comm, command.job, command.threads);
    if (comm.is_root()) print_lines(command.json ? summary.json + "\n" : summary.text);
    return code_for(summary.quarantine_rows, command.strict);
  });
}

ExitCode plan_command(const RunCommand& command, const PlanShape& shape) {
  return with_mpi(level_of(command), [&](Communicator& comm) {
    const PlanSummary summary = plan_job(comm, options_of(command), shape);
    if (comm.is_root()) print_lines(summary.text);
    return summary.fits ? ExitCode::done : ExitCode::resources;
  });
}

ExitCode verify_command(const VerifyOptions& options) {
  return with_mpi(log::Level::warning, [&](Communicator& comm) {
    const Verification verification = verify_results(comm, options);
    if (comm.is_root()) print_lines(verification.text());
    return verification.findings.empty() ? ExitCode::done : ExitCode::failure;
  });
}

ExitCode lookup_command(const LookupOptions& options) {
  return with_mpi(log::Level::warning, [&](Communicator& comm) {
    const LookupSummary summary = look_up(comm, options);
    if (comm.is_root()) print_lines(summary.text);
    return summary.not_found.empty() ? ExitCode::done : ExitCode::quarantined;
  });
}

ExitCode export_command(const ExportCommand& command) {
  return with_mpi(log::Level::info, [&](Communicator& comm) {
    RunOptions options;
    options.job_file = command.job;
    options.threads = command.threads;
    options.replace = command.replace;
    options.device = Device::cpu;
    if (!command.out.empty()) options.out = command.out;
    const ExportForm form = command.posts == "csv" ? ExportForm::csv : ExportForm::json_lines;
    const ExportSummary summary = export_posts(comm, options, form);
    log::info("done: {} posts in {}", summary.posts, summary.file.string());
    return ExitCode::done;
  });
}

ExitCode forget_command(const ForgetCommand& command) {
  return with_mpi(log::Level::info, [&](Communicator& comm) {
    ForgetOptions options;
    options.results = command.results;
    options.ids = command.ids;
    options.device = device_named(command.device);
    options.threads = command.threads;
    const RunSummary summary = forget_rows(comm, options);
    log::info("done: {} records are forgotten, {} posts are left in {}", summary.accounting.forgotten,
              summary.accounting.kept, summary.out.string());
    return ExitCode::done;
  });
}

}  // namespace shoal
