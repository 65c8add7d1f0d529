// What progress.json, the lock and the journals tell.
#include "shoal/pipeline/status.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "pipeline/engine/work_folder.hpp"
#include "pipeline/results/files.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/quantities.hpp"
#include "shoal/journal/journal_folders.hpp"
#include "shoal/journal/run_lock.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr std::uint64_t kLargestProgress = std::uint64_t{1} << 20;

constexpr const char* kClosed = "work/ is closed to others than the one who ran the job";

json read_progress(const fs::path& out) {
  const fs::path path = out / "progress.json";
  if (!fs::exists(path)) {
    refuse_no_run(out, "run", "progress.json");
  }
  const auto bytes = read_file(path, kLargestProgress);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  json progress = json::parse(text, text + bytes.size(), nullptr, false);
  if (!progress.is_object()) throw InputError(fmt::format("'{}' is damaged", path.string()));
  return progress;
}

std::string tile_lines(const json& tiles) {
  std::string text = fmt::format("tiles      {} of {} done, {} of them from the journal; {:.2f} a second\n",
                                 tiles.value("done", 0), tiles.value("of", 0),
                                 tiles.value("from_the_journal", 0), tiles.value("per_second", 0.0));
  const json slowest = tiles.value("slowest_rank", json::object());
  text += fmt::format("slowest    rank {}, {} tiles of this run\n", slowest.value("rank", 0),
                      slowest.value("done", 0));
  if (tiles.contains("seconds_left")) {
    text += fmt::format("expected   the last tile in {}\n", duration_text(tiles.value("seconds_left", 0.0)));
  }
  return text;
}

constexpr const char* kStopped = "stopped, as it was asked to; run the same command again, and it goes on";

/// Of a run that is not over, as far as it could tell.
std::string state_of_unfinished(const std::string& state, const fs::path& out) {
  if (work_is_closed(out))
    return fmt::format("{}; whether its process is still there is not known: {}", state, kClosed);
  const std::optional<LockHolder> holder = holder_of(out);
  if (holder && holder->alive) return state;
  // Ranks that could not leave together left one by one, and nobody wrote that they had.
  if (state == "stopping") return kStopped;
  return "killed: no process is there any more; run the same command again, and it goes on";
}

std::string state_line(const json& progress, const fs::path& out) {
  const std::string state = progress.value("state", "");
  if (state == "done") return state;
  if (state == "interrupted") return kStopped;
  if (state == "failed") {
    return "failed, for the reason that its last line told; mend that and run the same command again, and it "
           "goes on";
  }
  return state_of_unfinished(state, out);
}

std::string size_of(std::uint64_t bytes) {
  return bytes_text(static_cast<std::int64_t>(bytes), ByteUnits::binary);
}

std::set<std::string> names_reached(const fs::path& out) {
  std::set<std::string> names;
  for (const auto& [name, key] : reached_by_last_run(out)) names.insert(name);
  return names;
}

}  // namespace

std::string status_text(const fs::path& out) {
  const json progress = read_progress(out);
  std::string text = fmt::format("job        {}\n", progress.value("job", ""));
  text += fmt::format("state      {}\n", state_line(progress, out));
  text += fmt::format("since      {}, {} ranks, rank 0 is process {} on {}\n", progress.value("started", ""),
                      progress.value("ranks", 0), progress.value("process", 0), progress.value("host", ""));
  text += fmt::format("updated    {}\n", progress.value("updated", ""));
  if (progress.contains("stage")) {
    text += fmt::format("stage      {}, since {}\n", progress["stage"].value("name", ""),
                        progress["stage"].value("started", ""));
  }
  if (progress.contains("tiles")) text += tile_lines(progress["tiles"]);
  if (progress.contains("last_message"))
    text += fmt::format("last       {}\n", progress.value("last_message", ""));
  if (work_is_closed(out)) return text + fmt::format("journal    not known: {}\n", kClosed);
  std::uint64_t bytes = 0;
  for (const JournalFolder& journal : list_journals(out / "work", {})) bytes += journal.bytes;
  return text + fmt::format("journal    {}\n", size_of(bytes));
}

CleanSummary clean_folder(const fs::path& out, bool all, bool dry) {
  if (!fs::is_directory(out / "work")) {
    refuse_no_run(out, "run", "folder work/");
  }
  // One that only looks needs no lock, and writes nothing.
  if (const auto holder = holder_of(out); dry && holder && holder->alive) {
    throw UsageError(fmt::format("'{}' is in use by process {} on {}; clean it when that run is over",
                                 out.string(), holder->process, holder->host));
  }
  std::optional<HeldFolder> held;
  if (!dry) held.emplace(out);
  const std::set<std::string> reached = all ? std::set<std::string>{} : names_reached(out);
  CleanSummary summary;
  for (const JournalFolder& journal : list_journals(out / "work", reached)) {
    if (journal.reached) continue;
    summary.bytes += journal.bytes;
    summary.text += fmt::format("{:<40} {}\n", journal.name, size_of(journal.bytes));
    if (held) remove_journal(*held, out / "work", journal.name);
  }
  summary.text += fmt::format("{} {}\n", size_of(summary.bytes), dry ? "could be removed" : "removed");
  return summary;
}

}  // namespace shoal
