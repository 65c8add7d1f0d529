// What every command that takes a job file may be told beside it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "shoal/compute/device.hpp"

namespace shoal {

struct KindTable;

struct RunOptions {
  std::filesystem::path job_file;
  std::optional<std::filesystem::path> out;  ///< absent: out/<job name> below the current folder
  Device device = Device::automatic;
  int threads = 0;       ///< of each rank; 0: its share of the node's processors
  bool fresh = false;    ///< leaves aside what earlier runs finished
  bool clear = false;    ///< results that are there go at once, not when new ones are complete
  bool replace = false;  ///< results take the place of another job's, and of files that no run left
  std::optional<std::chrono::seconds> walltime;  ///< the run stops in good order before it is over
  std::chrono::milliseconds sync_every{10000};   ///< what a lost node may cost
  std::optional<std::int64_t> memory_of_node;  ///< bytes that a node's ranks may take; absent: what is there
  const KindTable* kinds = nullptr;            ///< what job files may ask for; null: all that is built in
};

}  // namespace shoal
