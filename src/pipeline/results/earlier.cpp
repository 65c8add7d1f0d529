// A file is ours where its length and, unless it is older than the seal, its checksums are those of a list.
#include "pipeline/results/earlier.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "pipeline/engine/pseudonym_key.hpp"
#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/results/checksums.hpp"
#include "pipeline/results/files.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

constexpr const char* kBytes = "bytes";
constexpr const char* kPieces = "crc32c_of_each_mib";
constexpr const char* kProgress = "progress.json";
constexpr const char* kAdvice = "give --out another folder, or --replace to lose what is there";

JobIdentity::Patterns spelled_alike(const std::vector<PathPattern>& patterns) {
  JobIdentity::Patterns alike;
  for (const PathPattern& pattern : patterns) {
    const fs::path whole = fs::path(pattern.folder) / pattern.text;
    std::error_code error;
    const fs::path plain = fs::weakly_canonical(whole, error);
    alike.resolved.push_back((error ? whole : plain).string());
    const fs::path named = fs::absolute(whole, error).lexically_normal();
    alike.named.push_back((named.has_filename() ? named : named.parent_path()).string());
  }
  return alike;
}

/// What a path leads to; nothing where it leads nowhere. That it cannot be told is no "nothing": our own file
/// would be taken for somebody's.
std::optional<struct stat> status_of_own(const fs::path& path) {
  try {
    return read_of_own([&] { return status_of(path); });
  } catch (const InputError&) {  // a loop of links
    return std::nullopt;
  }
}

bool tells_of_run(const fs::path& path) {
  const auto bytes = read_own_file(path);
  const auto* text = reinterpret_cast<const char*>(bytes.data());
  const json progress = json::parse(text, text + bytes.size(), nullptr, false);
  return progress.is_object() && progress.contains("job") && progress.contains("state");
}

void require_same_patterns(const fs::path& out, const char* what, const JobIdentity::Patterns& there,
                           const JobIdentity::Patterns& here) {
  if (there.same_as(here)) return;
  throw UsageError(fmt::format("'{}' holds results of this job over other {}: '{}', and now '{}'; {}",
                               out.string(), what, fmt::join(there.resolved, "', '"),
                               fmt::join(here.resolved, "', '"), kAdvice));
}

}  // namespace

JobIdentity JobIdentity::of(const Job& job) {
  JobIdentity identity{job.name, spelled_alike(job.corpus.posts), spelled_alike(job.corpus.images)};
  try {
    if (job.corpus.pseudonyms) identity.key_file = pseudonym_key_file(job.corpus);
  } catch (const InputError&) {
    // Only rank 0 must know a folder for the key, and says so when it needs it.
  }
  return identity;
}

json JobIdentity::note() const {
  return {{"name", name},
          {"posts", posts.resolved},
          {"images", images.resolved},
          {"posts_as_named", posts.named},
          {"images_as_named", images.named}};
}

JobIdentity JobIdentity::noted(const json& note) {
  const auto patterns = [&](const std::string& what) -> Patterns {
    return {note.at(what).get<std::vector<std::string>>(),
            note.value(what + "_as_named", std::vector<std::string>{})};
  };
  return {note.at("name"), patterns("posts"), patterns("images")};
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
    has_pseudonyms_ = seal.contains("pseudonym_key_digest");
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
  const auto status = status_of_own(path);
  if (!status || !S_ISREG(status->st_mode)) return false;
  const auto bytes = static_cast<std::uint64_t>(status->st_size);
  const auto as_long = [&](const FileSum& sum) { return sum.bytes == bytes; };
  if (std::ranges::none_of(found->second, as_long)) return false;
  // The seal is written last: what is older has not been written to since.
  const auto seal = sealed_ ? status_of_own(out_ / kSeal) : std::nullopt;
  if (seal && modified_of(*status) <= modified_of(*seal)) return true;
  const FileSum now{bytes, checksums_of(*make_single_rank(), path).text()};
  return std::ranges::count(found->second, now) > 0;
}

bool EarlierResults::is_of_killed_run() const {
  return job_.empty() && sums_.empty() && !own_file_exists(out_ / kSeal) &&
         own_file_exists(out_ / "work" / "keys.json");
}

void EarlierResults::require_own_files(const std::vector<std::string>& files) const {
  if (is_of_killed_run()) return;
  // Which of them a run leaves is known at its end only.
  std::set<std::string> names{"models.h5"};
  names.insert(files.begin(), files.end());
  for (const auto& [name, sums] : sums_) names.insert(name);
  for (const std::string& name : names) {
    if (!own_file_exists(out_ / name) || is_ours(name)) continue;
    throw UsageError(fmt::format(
        "'{}' would be overwritten, and it is no file that a run left there{}: move it away, "
        "{}",
        (out_ / name).string(), sums_.contains(name) ? ", or it was changed since" : "", kAdvice));
  }
  if (own_file_exists(out_ / kProgress) && !own_file_exists(out_ / "work") &&
      !tells_of_run(out_ / kProgress)) {
    throw UsageError(fmt::format("'{}' would be overwritten, and it is not of a run: move it away, {}",
                                 (out_ / kProgress).string(), kAdvice));
  }
  if (own_file_exists(out_ / kSeal) && !sealed_ && job_.empty()) {
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
    // A job that gets photos goes on: nothing of it is lost.
    if (!identity_->images.resolved.empty())
      require_same_patterns(out_, "images", identity_->images, job.images);
  }
  if (has_pseudonyms_ && job.key_file && !own_file_exists(*job.key_file)) {
    throw UsageError(fmt::format(
        "'{}' holds results with pseudonyms, and '{}' is not there: a new key would change every id. Put "
        "the key back that they were made with, or {}",
        out_.string(), job.key_file->string(), kAdvice));
  }
  require_own_files(files);
}

void EarlierResults::require_unchanged(const std::string& but) const {
  for (const std::string& name : files()) {
    if (name == but || is_ours(name)) continue;
    throw FailureError(fmt::format(
        "'{}' was changed since the run left it, and {} would vouch for it if it were written now: "
        "put back what was there, or run the job again; `shoal verify` tells what differs",
        (out_ / name).string(), kSeal));
  }
}

std::vector<std::string> EarlierResults::files() const {
  std::vector<std::string> names;
  for (const auto& [name, sums] : sums_) {
    // No way to another folder.
    if (fs::path(name).filename() == name && own_file_exists(out_ / name)) names.push_back(name);
  }
  return names;
}

json EarlierResults::list_with(const json& seal) const {
  json files = json::object();
  for (const std::string& name : this->files()) {
    const auto status = status_of_own(out_ / name);
    for (const FileSum& sum : sums_.at(name)) {
      // Of several, that of the file that is there.
      if (sums_.at(name).size() > 1 && status && sum.bytes != static_cast<std::uint64_t>(status->st_size))
        continue;
      files[name].push_back({{kBytes, sum.bytes}, {kPieces, sum.pieces}});
    }
  }
  for (const auto& [name, sum] : seal.at("files").items()) {
    if (std::ranges::count(files[name], sum) == 0) files[name].push_back(sum);
  }
  return {{"job", seal.at("job").at("job").at("name")}, {"files", std::move(files)}};
}

}  // namespace shoal
