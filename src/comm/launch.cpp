// Variables of mpirun (OMPI_, PMIX_), of Slurm (SLURM_STEP_, PMIX_) and of older launchers (PMI_).
#include "launch.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"

namespace shoal {
namespace {

/// How many processes a launch has. SLURM_NTASKS would not do: it stands in every batch script, also outside
/// a step.
constexpr std::array kCounts{"OMPI_COMM_WORLD_SIZE", "SLURM_STEP_NUM_TASKS", "PMI_SIZE"};

/// By what begins so, Open MPI 4 and 5 look for a launcher's server, or take Slurm for one. Settings of the
/// user's (PMIX_MCA_, other OMPI_MCA_) begin otherwise.
constexpr std::array<std::string_view, 10> kOfServer{"PMIX_NAMESPACE",        "PMIX_RANK",
                                                     "PMIX_SERVER_",          "OMPI_MCA_ess",
                                                     "OMPI_MCA_orte_ess",     "OMPI_MCA_orte_launch",
                                                     "OMPI_MCA_orte_hnp_uri", "OMPI_MCA_orte_local",
                                                     "OMPI_MCA_pmix",         "SLURM_STEP"};

std::string_view variable(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : value;
}

/// "NAME=value", of each variable whose name begins so.
std::vector<std::string> variables_beginning(std::string_view prefix) {
  std::vector<std::string> found;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    if (std::string_view(*entry).starts_with(prefix)) found.emplace_back(*entry);
  }
  return found;
}

bool alone() {
  return std::ranges::all_of(kCounts, [](const char* count) { return number_in_environment(count) <= 1; });
}

void forget_server() {
  for (const std::string_view prefix : kOfServer) {
    for (const std::string& entry : variables_beginning(prefix)) {
      ::unsetenv(entry.substr(0, entry.find('=')).c_str());
    }
  }
  // No daemon beside the one process: it would only serve processes that this one starts.
  ::setenv("OMPI_MCA_ess_singleton_isolated", "1", 1);
}

[[noreturn]] void refuse_lonely_ranks(std::int64_t launched) {
  throw UsageError(fmt::format(
      "{} processes were launched, but each sees an MPI of one rank, so each would run the whole job; under "
      "Slurm start with `srun --mpi=pmix`, elsewhere with the mpirun of the MPI that shoal was built with",
      launched));
}

/// Under srun --mpi=none or pmi2, Open MPI may abort inside MPI_Init.
void require_server() {
  const bool wired = !variable("PMIX_NAMESPACE").empty() || number_in_environment("OMPI_COMM_WORLD_SIZE") > 0;
  const std::int64_t tasks = number_in_environment("SLURM_STEP_NUM_TASKS");
  if (tasks > 1 && !wired) refuse_lonely_ranks(tasks);
}

/// Leaves a mark in the folder of the launcher's server, which goes with it; inside MPI_Init, Open MPI would
/// end a second command of the launch with many lines and the code 1.
void join_once() {
  const std::string_view folder = variable("PMIX_SERVER_TMPDIR");
  if (folder.empty()) return;
  // Process and port of the server: a node that was lost may have left the folder of an earlier one.
  std::string launch(variable("PMIX_NAMESPACE"));
  for (const std::string& address : variables_beginning("PMIX_SERVER_URI")) launch += address;
  const auto mark = std::filesystem::path(folder) /
                    fmt::format("shoal-{:.16}-{}", to_hex(sha256(launch)), variable("PMIX_RANK"));
  std::error_code error;
  if (std::filesystem::create_directory(mark, error) || error) return;
  throw UsageError(
      "another command of this launch has used its connection between the ranks, and there is one for each "
      "launch; start each command by an mpirun or srun of its own");
}

}  // namespace

void prepare_launch() {
  if (alone()) return forget_server();
  require_server();
  join_once();
}

void require_all_connected(int ranks) {
  // mpirun's ranks may stand in the Slurm step of its daemons, which are not as many.
  const bool by_slurm = variable("PMIX_NAMESPACE").starts_with("slurm.");
  const std::int64_t of_mpirun = number_in_environment("OMPI_COMM_WORLD_SIZE");
  if (of_mpirun > 1 && of_mpirun == ranks && !by_slurm) return;
  for (const char* count : kCounts) {
    if (number_in_environment(count) > ranks) refuse_lonely_ranks(number_in_environment(count));
  }
}

void require_thread_level(int provided, int wanted) {
  if (provided >= wanted) return;
  throw UsageError(
      "this MPI lets too few threads call it at a time: Shoal needs MPI_THREAD_MULTIPLE; use an MPI that is "
      "built with it (Open MPI since 3.0 always is, MPICH unless --enable-threads says otherwise)");
}

}  // namespace shoal
