// What was written first, then what it was made from.
#include "shoal/pipeline/verify.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "pipeline/engine/device.hpp"
#include "pipeline/engine/pseudonym_key.hpp"
#include "pipeline/engine/runner.hpp"
#include "pipeline/engine/threads.hpp"
#include "pipeline/open_job.hpp"
#include "pipeline/results/run_json.hpp"
#include "pipeline/results/verify_files.hpp"
#include "shoal/base/error.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/corpus/pseudonyms.hpp"
#include "shoal/journal/journal_folders.hpp"

namespace shoal {
namespace {

using nlohmann::json;

/// A GPU's results are judged by a GPU, if there is one.
Device device_of(const json& report) {
  return report.value("numeric", "").starts_with("cuda") ? Device::automatic : Device::cpu;
}

/// Each stage compares what it can; where bytes or settings differ, nothing is to be learned from what
/// follows.
void verify_stages(Run& run, const VerifyRequest& request, Verification& verification) {
  for (const auto& stage : run.stages) {
    if (!verification.findings.empty()) return;
    run_if_early(*stage, run);
    stage->verify(run, request, verification);
  }
}

/// Why rows cannot be compared with their records: names were made with a key that is not here. Empty where
/// they can. Collective.
std::string why_no_names(Communicator& comm, const Job& job, const json& report) {
  if (!report.contains("pseudonym_key_digest")) return "";
  std::string why;
  on_root(comm, [&] {
    const auto file = pseudonym_key_file(job.corpus);
    const auto key = load_pseudonym_key(file);
    if (key && to_hex(Pseudonyms(*key).key_digest()) == report.at("pseudonym_key_digest")) return;
    why = fmt::format("{} '{}': put the key of whoever ran the job there and verify again",
                      key ? "the run's pseudonyms were made with another key than the one in"
                          : "the run's pseudonyms were made with a key, and there is none in",
                      file.string());
  });
  return broadcast_object(comm, why, 0);
}

/// Nothing, and a finding, where the job file that the run left is damaged.
std::optional<JobFileText> sound_job_file(Communicator& comm, const std::filesystem::path& results,
                                          const json& report, Verification& verification) {
  try {
    return job_file_of(comm, results, report);
  } catch (const UnavailableError&) {
    throw;  // what was not read is not damaged
  } catch (const Error& error) {
    if (error.code() != ExitCode::failure) throw;
    verification.findings.emplace_back(error.what());
    return std::nullopt;
  }
}

void verify_inputs(Communicator& comm, const VerifyOptions& options, const json& report,
                   Verification& verification) {
  try {
    // Where the job file stands in run.json, work/ is not asked.
    const bool hidden = !report.contains("job_file") && comm.is_root() && work_is_closed(options.results);
    if (broadcast_object(comm, hidden, 0)) {
      verification.not_checked.emplace_back(
          "rows against their inputs: the job file of a run under pseudonyms lies in work/, which is closed "
          "to "
          "others than the one who ran the job");
      return;
    }
    const std::optional<JobFileText> source = sound_job_file(comm, options.results, report, verification);
    if (!source) return;
    ParsedJob parsed = parse_again(*source, kinds_of(options.kinds));
    if (const std::string why = why_no_names(comm, parsed.job, report); !why.empty()) {
      verification.not_checked.push_back("rows against their inputs: " + why);
      return;
    }
    // As the run did it: the level first, which is another one where the precision was to be measured.
    const InstructionLevel level = agree_on_level(comm, parsed.stages.wishes());
    for (const auto& stage : parsed.stages) stage->recall(report);
    const int threads = threads_of_rank(comm, options.threads);
    const auto backend = make_backend(comm, device_of(report), parsed.stages.wishes(), threads, level);
    Run run{comm, *backend, parsed.job, parsed.stages, options.results, threads};
    run.plans = report.value("plans", "");
    verify_stages(run, {report, options.sample}, verification);
  } catch (const UnavailableError&) {
    throw;  // it can be checked, another time
  } catch (const Error& error) {
    // The others do not know of what a single rank met: it has to end the job.
    if (error.code() != ExitCode::input || !comm.leave_together(kLeavingPatience)) throw;
    verification.not_checked.push_back(fmt::format("rows against their inputs: {}", error.what()));
  }
}

}  // namespace

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
