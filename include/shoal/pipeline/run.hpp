// Running a job from end to end, and looking at one without running it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "shoal/comm/communicator.hpp"
#include "shoal/compute/device.hpp"
#include "shoal/corpus/corpus.hpp"

namespace shoal {

struct KindTable;

struct RunOptions {
  std::filesystem::path job_file;
  std::optional<std::filesystem::path> out;  ///< absent: out/<job name> below the current folder
  Device device = Device::automatic;
  int threads = 0;                               ///< of each rank; 0: its share of the node's processors
  bool fresh = false;                            ///< leaves aside what earlier runs finished
  std::optional<std::chrono::seconds> walltime;  ///< the run stops in good order before it is over
  std::chrono::milliseconds sync_every{10000};   ///< what a lost node may cost
  std::optional<std::int64_t> memory_of_node;  ///< bytes that a node's ranks may take; absent: what is there
  const KindTable* kinds = nullptr;            ///< what job files may ask for; null: all that is built in
};

struct RunSummary {
  Accounting accounting;
  std::int64_t quarantine_rows = 0;  ///< records, values and images
  std::filesystem::path out;
};

/// Runs the job on all ranks, going on where an earlier run into the same folder stopped, and leaves
/// posts.h5ad, images.h5ad, thumbnails.tar, report.html, quarantine.csv and run.json in the results folder,
/// each complete or not at all. Collective. Throws UsageError, InputError, FailureError, ResourceError or
/// Interrupted.
RunSummary run_job(Communicator& comm, const RunOptions& options);

/// Reads the job, the corpus and the list of images, and returns lines for a person: what a run would keep,
/// filter, merge and leave out. Decodes no image and writes nothing. Collective.
struct CheckSummary {
  std::string text;
  std::int64_t quarantine_rows = 0;
};
CheckSummary check_job(Communicator& comm, const RunOptions& options);

}  // namespace shoal
