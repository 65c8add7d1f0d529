// Checksums, counts and journals of a finished run.
#include "pipeline/results/verify_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/engine/work_folder.hpp"
#include "pipeline/results/checksums.hpp"
#include "pipeline/results/earlier.hpp"
#include "pipeline/tiles/finished.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/odd_text.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/journal/journal_folders.hpp"
#include "shoal/journal/state_file.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

void compare_pieces(const std::string& name, const FileChecksums& now, const json& then,
                    Verification& verification) {
  const std::uint64_t bytes = then.value("bytes", std::uint64_t{0});
  if (now.bytes != bytes) {
    verification.findings.push_back(
        fmt::format("'{}' has {} bytes, and {} were written", name, now.bytes, bytes));
  }
  const std::string text = now.text();
  const std::string written = then.value("crc32c_of_each_mib", "");
  const std::size_t pieces = std::min(text.size(), written.size()) / 8;
  for (std::size_t i = 0; i < pieces; ++i) {
    if (text.compare(8 * i, 8, written, 8 * i, 8) == 0) continue;
    verification.findings.push_back(fmt::format("'{}' is damaged in its MiB {} (bytes {} to {})", name, i,
                                                i * FileChecksums::kPiece,
                                                std::min((i + 1) * FileChecksums::kPiece, now.bytes) - 1));
  }
  verification.checked.push_back(fmt::format("{}: {} bytes", name, now.bytes));
}

std::int64_t count_of(const json& report, std::initializer_list<const char*> path) {
  json value = report;
  for (const char* step : path) value = value.value(step, json::object());
  return value.is_number_integer() ? value.get<std::int64_t>() : -1;
}

void expect_equal(std::int64_t a, std::int64_t b, const std::string& what,
                  std::vector<std::string>& findings) {
  if (a != b) findings.push_back(fmt::format("{}: {} and {}", what, a, b));
}

/// Labels of a clustering, counted, against the sizes of its groups.
void count_labels(const H5adFile& file, const std::string& name, const UnsValue& facts,
                  std::vector<std::string>& findings) {
  const auto sizes = facts.integers("sizes").values;
  std::vector<std::int64_t> counted(sizes.size());
  for (const std::int64_t code : file.categorical("obs/" + name).codes) {
    if (code >= 0 && code < static_cast<std::int64_t>(counted.size()))
      ++counted[static_cast<std::size_t>(code)];
  }
  if (counted != sizes)
    findings.push_back(fmt::format("the labels of '{}' are not as many as its groups say", name));
}

std::int64_t records_of(const fs::path& csv) {
  const auto bytes = read_file(csv);
  return count_csv_records({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

std::vector<std::string> faults_of_counts(const fs::path& out, const json& report) {
  std::vector<std::string> findings;
  const auto records = [&](const char* name) { return count_of(report, {"counts", "records", name}); };
  expect_equal(records("read"),
               records("kept") + records("filtered") + records("merged") + records("quarantined"),
               "records read, and kept + filtered + merged + quarantined", findings);
  const H5adFile posts(out / "posts.h5ad");
  expect_equal(posts.rows(), records("kept"), "rows of posts.h5ad, and records kept", findings);
  expect_equal(records_of(out / "quarantine.csv") - 1, count_of(report, {"counts", "quarantine_rows"}),
               "records of quarantine.csv, and rows that were left out", findings);
  std::optional<H5adFile> images;
  if (report.at("files").contains("images.h5ad")) {
    images.emplace(out / "images.h5ad");
    const auto count = [&](const char* name) { return count_of(report, {"counts", "images", name}); };
    expect_equal(images->rows(), count("rows"), "rows of images.h5ad, and images read", findings);
    expect_equal(count("named"), count("rows") + count("missing") + count("unreadable"),
                 "images named, and rows + missing + unreadable", findings);
    // Earlier versions left no such file.
    if (report.at("files").contains("missing-images.csv")) {
      const std::int64_t of_slides = count("slides_missing");  // where the job reads them all
      expect_equal(records_of(out / "missing-images.csv") - 1,
                   of_slides < 0 ? count("posts_missing") : of_slides,
                   "records of missing-images.csv, and slides whose image is missing", findings);
    }
  }
  const UnsValue tree = posts.uns("uns/shoal");
  if (tree.find("clusterings") == nullptr) return findings;
  for (const auto& [name, facts] : tree.map("clusterings")) {
    count_labels(H5adFile(out / (facts.text("rows", "posts") + ".h5ad")), name, facts, findings);
  }
  return findings;
}

/// The sentences about one journal; the ranks share out its segments.
std::vector<std::string> faults_of_journal(Communicator& comm, const fs::path& path, const Digest& key) {
  std::vector<std::string> findings;
  const JournalSegments segments = segments_of(comm, path, key);
  const auto count = static_cast<std::int32_t>(segments.names().size());
  for (std::int32_t segment = comm.rank(); segment < count; segment += comm.size()) {
    auto damage = segments.verify(segment);
    std::move(damage.begin(), damage.end(), std::back_inserter(findings));
  }
  // A checkpoint is one file, and no folder.
  if (comm.is_root() && fs::is_regular_file(path)) {
    std::string damage;
    static_cast<void>(StateFile(path, key).load(damage));
    if (!damage.empty()) findings.push_back(damage);
  }
  return findings;
}

}  // namespace

void verify_checksums(Communicator& comm, const fs::path& out, const json& report,
                      Verification& verification) {
  for (const auto& [name, then] : report.at("files").items()) {
    try {
      compare_pieces(name, checksums_of(comm, out / name), then, verification);
    } catch (const Error& error) {
      // All ranks have it. Whatever else failed, the file may well be good.
      if (error.code() != ExitCode::input) throw;
      verification.findings.emplace_back(error.what());
    }
  }
}

void verify_counts(Communicator& comm, const fs::path& out, const json& report, Verification& verification) {
  std::vector<std::string> findings;
  on_root(comm, [&] {
    find_faults([&] { findings = read_of_own([&] { return faults_of_counts(out, report); }); }, findings);
  });
  add_findings(comm, std::move(findings), verification.findings);
  verification.checked.emplace_back("counts of records, images, rows and labels");
}

void verify_journals(Communicator& comm, const fs::path& out, Verification& verification) {
  if (broadcast_object(comm, comm.is_root() && work_is_closed(out), 0)) {
    verification.not_checked.push_back(fmt::format(
        "journals: '{}' is closed to others than the one who ran the job", (out / "work").string()));
    return;
  }
  std::vector<std::pair<std::string, std::string>> reached;
  std::vector<std::string> findings;
  on_root(comm, [&] {
    if (own_file_exists(out / "work" / "keys.json")) {
      find_faults(
          [&] {
            const auto list = reached_by_last_run(out);
            reached.assign(list.begin(), list.end());
          },
          findings);
    }
    if (own_file_exists(EarlierResults::list_in(out)))
      find_faults([&] { static_cast<void>(read_sealed(EarlierResults::list_in(out))); }, findings);
  });
  reached = broadcast_object(comm, reached, 0);
  std::int64_t there = 0;
  for (const auto& [name, hex] : reached) {
    const fs::path path = out / "work" / name;
    bool is_there = false;
    on_root(comm, [&] { is_there = own_file_exists(path); });
    if (!broadcast_object(comm, is_there, 0)) continue;
    ++there;
    const auto key = digest_of_hex(hex);
    auto faults = key ? faults_of_journal(comm, path, *key)
                      : std::vector{fmt::format("'{}' has no key in keys.json", path.string())};
    std::move(faults.begin(), faults.end(), std::back_inserter(findings));
  }
  add_findings(comm, std::move(findings), verification.findings);
  if (there > 0)
    verification.checked.push_back(fmt::format("{} {}", there, there == 1 ? "journal" : "journals"));
  const std::int64_t gone = std::ssize(reached) - there;
  if (gone == 0) return;
  verification.not_checked.push_back(fmt::format(
      "{} of the run's {} journals: no longer there, as after 'shoal clean --all'. Results need none; a "
      "run into this folder computes what they held again",
      gone, reached.size()));
}

}  // namespace shoal
