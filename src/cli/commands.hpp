// What each command of the program does, given its options.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "shoal/base/error.hpp"
#include "shoal/pipeline/lookup.hpp"
#include "shoal/pipeline/plan.hpp"
#include "shoal/pipeline/verify.hpp"
#include "shoal/synth/synth.hpp"

namespace shoal {

// Commands that start MPI.
struct RunCommand {
  std::filesystem::path job;
  std::filesystem::path out;  ///< empty: out/<job name>
  int threads = 0;
  std::string device = "auto";
  bool fresh = false;
  bool replace = false;
  std::string walltime;  ///< empty: none
  int sync_seconds = 10;
  std::uint64_t memory_of_node = 0;  ///< bytes; 0: what is there
  bool strict = false;
  bool json = false;  ///< of check
  bool verbose = false;
};
ExitCode run_command(const RunCommand& command);
ExitCode check_command(const RunCommand& command);
ExitCode plan_command(const RunCommand& command, const PlanShape& shape);
ExitCode verify_command(const VerifyOptions& options);
ExitCode lookup_command(const LookupOptions& options);
struct ForgetCommand {
  std::filesystem::path results;
  std::vector<std::string> ids;
  int threads = 0;
  std::string device = "auto";
};
ExitCode forget_command(const ForgetCommand& command);

struct ExportCommand {
  std::filesystem::path job;
  std::string posts;          ///< "csv" or "jsonl"
  std::filesystem::path out;  ///< a file; empty: out/<job name>-posts.csv
  int threads = 0;
  bool replace = false;
};
ExitCode export_command(const ExportCommand& command);

// Commands of one process.
ExitCode status_command(const std::filesystem::path& results);
ExitCode clean_command(const std::filesystem::path& results, bool all, bool dry);
ExitCode report_command(const std::filesystem::path& results);
ExitCode diff_command(const std::filesystem::path& a, const std::filesystem::path& b);
ExitCode make_weights_command(const std::string& model, std::uint64_t seed, const std::filesystem::path& file,
                              bool replace);
ExitCode inspect_weights_command(const std::filesystem::path& file);
ExitCode convert_weights_command(const std::filesystem::path& from, const std::filesystem::path& to,
                                 bool replace);
ExitCode pack_command(const std::filesystem::path& folder, const std::filesystem::path& out,
                      std::int64_t shard_mib);
ExitCode synth_command(const std::filesystem::path& folder, const SynthOptions& options);
ExitCode info_command();

}  // namespace shoal
