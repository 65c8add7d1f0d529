// Earlier results stand until new ones are complete; after that, files of two runs never pass for one result.
#include "pipeline/results/files.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "pipeline/engine/sealed_json.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw_system_error("removal", path.string(), error.value());
}

/// What runs of this version leave, whatever their jobs.
constexpr const char* kAlways[] = {"posts.h5ad",     "images.h5ad", "models.h5",
                                   "thumbnails.tar", "report.html", "quarantine.csv"};

/// The names above, and those in the seal of the earlier run. A folder may hold files of the user's beside
/// them.
std::set<std::string> names_of_results(const fs::path& out) {
  std::set<std::string> names(std::begin(kAlways), std::end(kAlways));
  if (!fs::exists(out / kSeal)) return names;
  try {
    for (const auto& [name, sums] : read_sealed(out / kSeal).at("files").items()) names.insert(name);
  } catch (const std::exception& error) {
    log::debug("the earlier run does not tell its files: {}", error.what());
  }
  return names;
}

}  // namespace

void remove_leftovers(const fs::path& out, const std::vector<std::string>& files) {
  std::set<std::string> names = names_of_results(out);
  names.insert(files.begin(), files.end());
  names.insert({kSeal, "progress.json"});
  for (const std::string& name : names) remove_file(partial_name(out / name));
}

void remove_earlier_results(const fs::path& out, const std::vector<std::string>& files) {
  const std::set<std::string> earlier = names_of_results(out);
  remove_file(out / kSeal);
  remove_file(out / "report.html");
  sync_path(out);
  for (const std::string& name : earlier) {
    // A name in a seal is a file's, never a way to another folder.
    if (fs::path(name).filename() == name && std::ranges::count(files, name) == 0) remove_file(out / name);
  }
}

}  // namespace shoal
