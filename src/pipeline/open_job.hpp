// A job as every command begins with it: its stages, and the backend that they want.
#pragma once

#include <memory>

#include "pipeline/results/run_folder.hpp"
#include "pipeline/stages/parse.hpp"
#include "shoal/compute/backend.hpp"
#include "shoal/pipeline/run_options.hpp"

namespace shoal {

/// What `kinds` of options stands for.
const KindTable& kinds_of(const KindTable* kinds);

class OpenJob {
 public:
  /// Reads the job file and makes the backend. The same on all ranks. Throws UsageError, InputError.
  /// Collective.
  OpenJob(Communicator& comm, const RunOptions& options);
  /// Of a job that was read before. The same on all ranks. Collective.
  OpenJob(Communicator& comm, const RunOptions& options, LoadedJob loaded);

  [[nodiscard]] const Job& job() const { return loaded_.parsed.job; }
  [[nodiscard]] StageList& stages() { return loaded_.parsed.stages; }
  [[nodiscard]] const JobFileText& source() const { return loaded_.source; }
  /// The results folder of the options, else out/<job name>.
  [[nodiscard]] std::filesystem::path out() const;
  /// What a run of the job wants of that folder.
  [[nodiscard]] Entering entering() const;
  /// Asks every stage what can be known wrong before anything is read. Collective.
  void check();
  /// A run that has done nothing yet; out: empty where nothing is written. It refers to this object.
  [[nodiscard]] Run begin(const std::filesystem::path& out);

 private:
  Communicator& comm_;
  const RunOptions& options_;
  LoadedJob loaded_;
  int threads_;
  std::unique_ptr<Backend> backend_;
};

}  // namespace shoal
