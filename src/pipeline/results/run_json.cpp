// Settings, versions, digests, counts, and each rank's times and peak memory.
#include "pipeline/results/run_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/engine/canonical.hpp"
#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/results/checksums.hpp"
#include "pipeline/results/earlier.hpp"
#include "pipeline/results/files.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/base/version.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"

namespace shoal {
namespace {

using nlohmann::json;

double mib(std::int64_t bytes) { return static_cast<double>(bytes) / 1048576.0; }

/// By group of stages: seconds of several are added up.
json seconds_of(const Run& run) {
  json seconds = json::object();
  for (const StageTiming& timing : run.timings) {
    seconds[timing.stage] = seconds.value(timing.stage, 0.0) + timing.seconds;
  }
  return seconds;
}

/// What the rank took at most until the end of each group of stages.
json peaks_of(const Run& run) {
  json peaks = json::object();
  for (const StageTiming& timing : run.timings) peaks[timing.stage] = mib(timing.peak);
  return peaks;
}

json rank_record(const Run& run) {
  json forecast = json::object();
  for (const StageMemory& stage : run.forecast) forecast[stage.stage] = mib(stage.bytes);
  json record{{"rank", run.comm.rank()},
              {"host", host_name()},
              {"processor", processor_name()},
              {"peak_memory_mib", mib(peak_resident_memory())},
              {"forecast_memory_mib", std::move(forecast)},
              {"peak_memory_mib_until", peaks_of(run)},
              // Rows of tables; those that many jobs have are told where they are none, too.
              {"images", 0},
              {"tiles_computed", run.tiles.computed},
              {"tiles_reused", run.tiles.reused},
              {"stage_seconds", seconds_of(run)}};
  for (const auto& [name, table] : run.tables)
    record[name] = table.partition.owned_by(run.comm.rank()).size();
  for (const auto& stage : run.stages) stage->add_rank_record(run, record);
  return record;
}

json counts_of(const Run& run) {
  const Accounting& counts = run.corpus.accounting;
  json records{{"read", counts.read},
               {"kept", counts.kept},
               {"filtered", counts.filtered},
               {"merged", counts.merged},
               {"quarantined", counts.quarantined}};
  if (counts.forgotten > 0) records["forgotten"] = counts.forgotten;  // of the filtered
  return {{"records", std::move(records)}, {"quarantine_rows", run.quarantine_rows}};
}

/// By group of stages: of several the digest of their keys.
json keys_of(const Run& run) {
  std::map<std::string, std::vector<std::string>> by_group;
  std::string all;
  for (const auto& stage : run.stages) {
    const std::string key = to_hex(key_of(stage->key_parts(run)));
    std::vector<std::string>& keys = by_group[stage->group()];
    for (const Given& given : stage->gives()) keys.push_back(run.keys.at(given.name));
    // A step that gives nothing to others depends on all before it.
    if (keys.empty()) keys.push_back(to_hex(sha256(all + key)));
    all += keys.back();
  }
  json report = json::object();
  for (const auto& [group, keys] : by_group) {
    report[group] =
        keys.size() == 1 ? keys.front() : to_hex(sha256(fmt::format("{}", fmt::join(keys, "\n"))));
  }
  return report;
}

json report_of(const Run& run) {
  json report{{"shoal", kVersion},
              {"job", resolved_job(run.job, run.stages)},
              {"numeric", run.numeric_identity()},
              {"device", run.backend.description()},
              {"tile_images", kCpuTileImages},
              {"ranks", run.comm.size()},
              {"threads_per_rank", run.threads},
              {"counts", counts_of(run)},
              {"stage_keys", keys_of(run)},
              {"inputs", {{"digest", to_hex(run.corpus.digest)}, {"files", run.corpus.files}}}};
  if (!run.pseudonyms) report["inputs"]["bytes"] = run.corpus.bytes;
  if (const std::string engine = run.backend.engine(); !engine.empty()) report["engine"] = engine;
  if (run.pseudonyms) report["pseudonym_key_digest"] = to_hex(run.pseudonyms->key_digest());
  for (const auto& stage : run.stages) stage->add_record(run, report);
  return report;
}

/// What the seal says of a file.
json entry_of(const FileChecksums& sums) {
  return {{"bytes", sums.bytes}, {"crc32c_of_each_mib", sums.text()}};
}

}  // namespace

void write_run_json(Run& run, const JobFileText& source) {
  const auto records =
      gather_objects(run.comm, rank_record(run).dump(-1, ' ', false, json::error_handler_t::replace), 0);
  json files = json::object();
  for (const std::string& name : run.stages.files()) {
    files[name] = entry_of(checksums_of(run.comm, run.staging / name));
  }
  on_root(run.comm, [&] {
    json report = report_of(run);
    report["files"] = std::move(files);
    json job_file{{"path", source.path}, {"text", source.text}, {"variables", source.variables}};
    json note{{"identity", JobIdentity::of(run.job).note()}};
    (run.pseudonyms ? note : report)["job_file"] = std::move(job_file);
    write_file_durably(run.work->settings().fence->staged(job_note_in(run.out)), sealed_text(std::move(note)),
                       0600);
    for (const std::string& record : records) report["per_rank"].push_back(json::parse(record));
    write_file_durably(run.staging / kSeal, sealed_text(std::move(report)));
  });
}

bool has_seal(const std::filesystem::path& out) { return own_file_exists(out / kSeal); }

void seal_again(Fence& fence, const std::filesystem::path& out, const std::string& name) {
  json report = read_sealed(out / kSeal);
  const auto comm = make_single_rank();
  report.at("files")[name] = entry_of(checksums_of(*comm, out / name));
  fence.write_file(out / kSeal, sealed_text(std::move(report)));
}

JobFileText job_file_of(Communicator& comm, const std::filesystem::path& out, const json& report) {
  JobFileText source;
  on_root(comm, [&] {
    const auto note = job_note_in(out);
    if (!report.contains("job_file") && !own_file_exists(note)) {
      throw InputError(
          fmt::format("'{}' is gone, where a run under pseudonyms leaves its job file; run the job again",
                      note.string()));
    }
    const json file = report.contains("job_file") ? report.at("job_file") : read_sealed(note).at("job_file");
    source = {file.value("path", ""), file.value("text", ""),
              file.value("variables", std::map<std::string, std::string>{})};
  });
  return broadcast_job_text(comm, std::move(source));
}

std::string read_run_json(const std::filesystem::path& out) {
  if (!has_seal(out)) refuse_no_run(out, "finished run", kSeal);
  return read_sealed(out / kSeal).dump();
}

}  // namespace shoal
