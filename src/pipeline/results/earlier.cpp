// A file is ours where its length and, unless it is older than the seal, its checksums are those of a list.
#include "pipeline/results/earlier.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/results/checksums.hpp"
#include "pipeline/results/files.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr const char* kBytes = "bytes";
constexpr const char* kPieces = "crc32c_of_each_mib";
constexpr const char* kProgress = "progress.json";
constexpr const char* kAdvice = "give --out another folder, or --replace to lose what is there";

/// One spelling for all ways to the same place.
std::vector<std::string> spelled_alike(const std::vector<PathPattern>& patterns) {
  std::vector<std::string> alike;
  for (const PathPattern& pattern : patterns) {
    const fs::path whole = fs::path(pattern.folder) / pattern.text;
    std::error_code error;
    const fs::path plain = fs::weakly_canonical(whole, error);
    alike.push_back((error ? whole : plain).string());
  }
  return alike;
}

bool tells_of_run(const fs::path& path) {
  const auto bytes = read_own_file(path);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const json progress = json::parse(text, text + bytes.size(), nullptr, false);
  return progress.is_object() && progress.contains("job") && progress.contains("state");
}

void require_same_patterns(const fs::path& out, const char* what, const std::vector<std::string>& there,
                           const std::vector<std::string>& here) {
  if (there == here) return;
  throw UsageError(fmt::format("'{}' holds results of this job over other {}: '{}', and now '{}'; {}",
                               out.string(), what, fmt::join(there, "', '"), fmt::join(here, "', '"),
                               kAdvice));
}

}  // namespace

JobIdentity JobIdentity::of(const Job& job) {
  return {job.name, spelled_alike(job.corpus.posts), spelled_alike(job.corpus.images)};
}

json JobIdentity::note() const { return {{"name", name}, {"posts", posts}, {"images", images}}; }

JobIdentity JobIdentity::noted(const json& note) {
  return {note.at("name"), note.at("posts"), note.at("images")};
}

EarlierResults::EarlierResults(const fs::path& out) : out_(out) {
  add_list();
  add_seal();
  add_identity();
}

void EarlierResults::add_list() {
  if (!own_file_exists(list_in(out_))) return;
  try {
    const json list = read_sealed(list_in(out_));
    job_ = list.at("job").get<std::string>();
    for (const auto& [name, sums] : list.at("files").items()) {
      for (const json& sum : sums) sums_[name].push_back({sum.at(kBytes), sum.at(kPieces)});
    }
  } catch (const UnavailableError&) {
    throw;  // our own files would be taken for somebody's
  } catch (const std::exception& error) {
    log::debug("'{}' does not tell the files of earlier runs: {}", list_in(out_).string(), error.what());
  }
}

void EarlierResults::add_seal() {
  if (!own_file_exists(out_ / kSeal)) return;
  try {
    const json seal = read_sealed(out_ / kSeal);
    const auto job = seal.at("job").at("job").at("name").get<std::string>();
    std::map<std::string, std::vector<FileSum>> sums;
    for (const auto& [name, sum] : seal.at("files").items()) sums[name] = {{sum.at(kBytes), sum.at(kPieces)}};
    // Files that the list names beside these are gone, and what has such a name now is somebody else's.
    sums_ = std::move(sums);
    job_ = job;
    sealed_ = true;
  } catch (const UnavailableError&) {
    throw;  // our own files would be taken for somebody's
  } catch (const std::exception& error) {
    log::debug("'{}' is no seal: {}", (out_ / kSeal).string(), error.what());
  }
}

void EarlierResults::add_identity() {
  if (!own_file_exists(job_note_in(out_))) return;
  try {
    const json note = read_sealed(job_note_in(out_));
    identity_ = JobIdentity::noted(note.at("identity"));
  } catch (const UnavailableError&) {
    throw;
  } catch (const std::exception& error) {
    log::debug("'{}' does not tell of which job results are: {}", job_note_in(out_).string(), error.what());
  }
}

bool EarlierResults::is_ours(const std::string& name) const {
  const auto found = sums_.find(name);
  if (found == sums_.end()) return false;
  const fs::path path = out_ / name;
  std::error_code error;
  const std::uint64_t bytes = fs::file_size(path, error);
  const auto as_long = [&](const FileSum& sum) { return sum.bytes == bytes; };
  if (error || std::ranges::none_of(found->second, as_long)) return false;
  // The seal is written last: what is older has not been written to since.
  if (sealed_ && fs::last_write_time(path, error) <= fs::last_write_time(out_ / kSeal, error) && !error)
    return true;
  const FileSum now{bytes, checksums_of(*make_single_rank(), path).text()};
  return std::ranges::count(found->second, now) > 0;
}

void EarlierResults::require_own_files(const std::vector<std::string>& files) const {
  // Which of them a run leaves is known at its end only.
  std::set<std::string> names{"models.h5"};
  names.insert(files.begin(), files.end());
  for (const auto& [name, sums] : sums_) names.insert(name);
  for (const std::string& name : names) {
    if (!fs::exists(fs::symlink_status(out_ / name)) || is_ours(name)) continue;
    throw UsageError(fmt::format(
        "'{}' would be overwritten, and it is no file that a run left there{}: move it away, "
        "{}",
        (out_ / name).string(), sums_.contains(name) ? ", or it was changed since" : "", kAdvice));
  }
  if (fs::exists(out_ / kProgress) && !fs::exists(out_ / "work") && !tells_of_run(out_ / kProgress)) {
    throw UsageError(fmt::format("'{}' would be overwritten, and it is not of a run: move it away, {}",
                                 (out_ / kProgress).string(), kAdvice));
  }
  if (fs::exists(out_ / kSeal) && !sealed_ && job_.empty()) {
    throw UsageError(
        fmt::format("'{}' would be overwritten, and it is not what a run left there: move it away, {}",
                    (out_ / kSeal).string(), kAdvice));
  }
}

void EarlierResults::require_room(const JobIdentity& job, const std::vector<std::string>& files) const {
  if (!job_.empty() && job_ != job.name) {
    throw UsageError(fmt::format("'{}' holds results of another job, '{}', and this one is '{}'; {}",
                                 out_.string(), job_, job.name, kAdvice));
  }
  if (!job_.empty() && identity_) {
    require_same_patterns(out_, "posts", identity_->posts, job.posts);
    require_same_patterns(out_, "images", identity_->images, job.images);
  }
  require_own_files(files);
}

std::vector<std::string> EarlierResults::files() const {
  std::vector<std::string> names;
  for (const auto& [name, sums] : sums_) {
    // No way to another folder.
    if (fs::path(name).filename() == name && fs::exists(fs::symlink_status(out_ / name)))
      names.push_back(name);
  }
  return names;
}

json EarlierResults::list_with(const json& seal) const {
  json files = json::object();
  for (const std::string& name : this->files()) {
    for (const FileSum& sum : sums_.at(name)) {
      // Of several, that of the file that is there.
      if (sums_.at(name).size() > 1 && sum.bytes != fs::file_size(out_ / name)) continue;
      files[name].push_back({{kBytes, sum.bytes}, {kPieces, sum.pieces}});
    }
  }
  for (const auto& [name, sum] : seal.at("files").items()) {
    if (std::ranges::count(files[name], sum) == 0) files[name].push_back(sum);
  }
  return {{"job", seal.at("job").at("job").at("name")}, {"files", std::move(files)}};
}

}  // namespace shoal
