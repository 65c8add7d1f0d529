// What was written first, then what it was made from.
#include "shoal/pipeline/verify.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/images/precision.hpp"
#include "pipeline/job/load.hpp"
#include "pipeline/results/run_json.hpp"
#include "pipeline/results/verify_files.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

using nlohmann::json;

JobFileText source_of(const json& report) {
  const json& file = report.at("job_file");
  return {file.value("path", ""), file.value("text", ""),
          file.value("variables", std::map<std::string, std::string>{})};
}

/// What the run settled on, where its job left it open.
void take_precision(const json& report, Job& job) {
  if (!job.image || !job.image->measured_precision) return;
  const json::json_pointer place("/job/features/image/precision");
  const auto precision = precision_named(report.value(place, to_string(Precision::fp32)));
  if (!precision) throw InputError("run.json names no precision that is known here");
  job.image->vgg.precision = *precision;
  job.image->measured_precision = false;
}

/// The same engine with the same plans; where it is not to be had, what was computed with it is left alone.
void take_plans(const json& report, Job& job) {
  if (!job.image) return;
  job.image->engine = report.value("engine", "") == "cudnn" ? "auto" : "shoal";
  job.image->plans = report.value("plans", "");
}

/// A GPU's results are judged by a GPU, if there is one.
Device device_of(const json& report) {
  return report.value("numeric", "").starts_with("cuda") ? Device::automatic : Device::cpu;
}

void verify_inputs(Communicator& comm, const VerifyOptions& options, const json& report,
                   Verification& verification) {
  try {
    Job job = parse_again(source_of(report));
    // As the run did it: the level first, which is another one where the precision was to be measured.
    const InstructionLevel level = agree_on_level(comm, job);
    take_precision(report, job);
    const int threads = threads_of_rank(comm, options.threads);
    take_plans(report, job);
    const auto backend = make_backend(comm, device_of(report), job, threads, level);
    RunState state{
        comm, *backend, job, options.results, threads, report.value("tile_images", kCpuTileImages)};
    verify_rows(state, report, options.sample, verification);
  } catch (const Error& error) {
    if (error.code() != ExitCode::input) throw;
    verification.not_checked.push_back(fmt::format("rows against their inputs: {}", error.what()));
  }
}

}  // namespace

std::string Verification::text() const {
  std::string text;
  for (const std::string& sentence : checked) text += fmt::format("checked      {}\n", sentence);
  for (const std::string& sentence : not_checked) text += fmt::format("not checked  {}\n", sentence);
  for (const std::string& sentence : findings) text += fmt::format("WRONG        {}\n", sentence);
  return text + (findings.empty() ? "all that was checked holds\n"
                                  : fmt::format("{} things do not hold\n", findings.size()));
}

Verification verify_results(Communicator& comm, const VerifyOptions& options) {
  std::string text;
  Verification verification;
  std::string damage;
  on_root(comm, [&] {
    try {
      text = read_run_json(options.results);
    } catch (const FailureError& error) {
      damage = error.what();
    }
  });
  text = broadcast_object(comm, text, 0);
  add_findings(comm, damage.empty() ? std::vector<std::string>{} : std::vector<std::string>{damage},
               verification.findings);
  if (!verification.findings.empty()) return verification;
  verification.checked.emplace_back("run.json");
  const json report = json::parse(text);
  verify_checksums(comm, options.results, report, verification);
  verify_journals(comm, options.results, verification);
  // Where bytes have changed, nothing is to be learned from what they say.
  if (!verification.findings.empty()) return verification;
  verify_counts(comm, options.results, report, verification);
  if (verification.findings.empty()) verify_inputs(comm, options, report, verification);
  return verification;
}

}  // namespace shoal
