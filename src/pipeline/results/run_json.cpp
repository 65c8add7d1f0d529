// Settings, versions, digests, counts, and each rank's times and peak memory.
#include "pipeline/results/run_json.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/images/times_json.hpp"
#include "pipeline/results/checksums.hpp"
#include "pipeline/results/files.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/memory.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/base/version.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

using nlohmann::json;

double mib(std::int64_t bytes) { return static_cast<double>(bytes) / 1048576.0; }

json rank_record(const RunState& state) {
  json seconds = json::object();
  for (const StageTiming& timing : state.timings) seconds[timing.stage] = timing.seconds;
  json forecast = json::object();
  for (const StageMemory& stage : state.forecast) forecast[stage.stage] = mib(stage.bytes);
  const RowRange posts = state.corpus.partition.owned_by(state.comm.rank());
  json record{{"rank", state.comm.rank()},
              {"host", host_name()},
              {"processor", processor_name()},
              {"peak_memory_mib", mib(peak_resident_memory())},
              {"forecast_memory_mib", std::move(forecast)},
              {"posts", posts.size()},
              {"images", state.images.rows.size()},
              {"tiles_computed", state.images.tiles_computed},
              {"tiles_reused", state.images.tiles_reused},
              {"stage_seconds", std::move(seconds)}};
  if (state.job.image) record["image_times"] = image_times_json(state.images.times);
  return record;
}

json resolved_job(const RunState& state) {
  json job = json::parse(canonical_json(state.job));
  const auto paths_of = [](const std::vector<PathPattern>& patterns) {
    json paths = json::array();
    for (const PathPattern& pattern : patterns)
      paths.push_back((std::filesystem::path(pattern.folder) / pattern.text).string());
    return paths;
  };
  job["corpus"]["posts"] = paths_of(state.job.corpus.posts);
  job["corpus"]["images"] = paths_of(state.job.corpus.images);
  if (state.weights) job["features"]["image"]["weights"] = state.job.image->weights.string();
  return job;
}

json counts_of(const RunState& state) {
  const Accounting& counts = state.corpus.accounting;
  json result{{"records",
               {{"read", counts.read},
                {"kept", counts.kept},
                {"filtered", counts.filtered},
                {"merged", counts.merged},
                {"quarantined", counts.quarantined}}},
              {"quarantine_rows", state.quarantine_rows}};
  if (state.job.image) {
    result["images"] = {{"named", state.images.named},
                        {"rows", state.images.partition.rows()},
                        {"missing", state.images.missing},
                        {"unreadable", state.images.unreadable}};
  }
  return result;
}

json report_of(const RunState& state) {
  json report{{"shoal", kVersion},
              {"job", resolved_job(state)},
              {"numeric", state.numeric_identity()},
              {"device", state.backend.description()},
              {"tile_images", state.tile_images},
              {"ranks", state.comm.size()},
              {"threads_per_rank", state.threads},
              {"counts", counts_of(state)},
              {"inputs",
               {{"digest", to_hex(state.corpus.digest)},
                {"files", state.corpus.files},
                {"bytes", state.corpus.bytes}}}};
  for (const auto& [stage, key] : state.keys) report["stage_keys"][std::string(stage)] = key;
  if (state.weights) {
    report["weights"] = {{"digest", state.weights->digest},
                         {"origin", state.weights->origin},
                         {"trained", state.weights->trained}};
  }
  if (const std::string engine = state.backend.engine(); !engine.empty()) report["engine"] = engine;
  if (state.job.image && !state.job.image->plans.empty()) report["plans"] = state.job.image->plans;
  if (state.job.image) report["image_times"] = image_times_json(state.images.times_of_all);
  if (state.pseudonym_key) report["pseudonym_key_digest"] = to_hex(*state.pseudonym_key);
  return report;
}

}  // namespace

void write_run_json(RunState& state, const JobFileText& source) {
  const auto records =
      gather_objects(state.comm, rank_record(state).dump(-1, ' ', false, json::error_handler_t::replace), 0);
  json files = json::object();
  for (const std::string& name : result_files(state.job)) {
    const FileChecksums sums = checksums_of(state.comm, state.out / name);
    files[name] = {{"bytes", sums.bytes}, {"crc32c_of_each_mib", sums.text()}};
  }
  on_root(state.comm, [&] {
    json report = report_of(state);
    report["files"] = std::move(files);
    report["job_file"] = {{"path", source.path}, {"text", source.text}, {"variables", source.variables}};
    for (const std::string& record : records) report["per_rank"].push_back(json::parse(record));
    write_file_durably(state.out / kSeal, sealed_text(std::move(report)));
  });
}

std::string read_run_json(const std::filesystem::path& out) {
  const auto path = out / kSeal;
  if (!std::filesystem::exists(path)) {
    throw InputError(fmt::format("'{}' holds no finished run: there is no {}", out.string(), kSeal));
  }
  return read_sealed(path).dump();
}

}  // namespace shoal
