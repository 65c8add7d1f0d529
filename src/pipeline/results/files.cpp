// Earlier results stand until new ones are complete; after that, files of two runs never pass for one result.
#include "pipeline/results/files.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>

#include "pipeline/engine/sealed_json.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What runs of any version leave there. A folder may hold files of the user's beside them.
constexpr std::array<std::string_view, 5> kAlways{"posts.h5ad", "images.h5ad", "thumbnails.tar",
                                                  "report.html", "quarantine.csv"};

/// Names that runs have left, or were about to leave, in `work/files.json`: the seal is removed first, and
/// who is killed then must find the rest again.
fs::path list_in(const fs::path& out) { return out / "work" / "files.json"; }

/// Names of files in a sealed list, and no way to another folder.
void add_names(const fs::path& list, std::set<std::string>& names) {
  if (!own_file_exists(list)) return;
  try {
    // Held in a name: what is gone over must outlive the loop.
    const nlohmann::json sealed = read_sealed(list);
    for (const auto& [name, about] : sealed.at("files").items()) {
      if (fs::path(name).filename() == name) names.insert(name);
    }
  } catch (const UnavailableError&) {
    throw;  // without the list, files of an earlier run would stay beside the new ones
  } catch (const std::exception& error) {
    log::debug("'{}' does not tell the files of earlier runs: {}", list.string(), error.what());
  }
}

std::set<std::string> names_of_results(const fs::path& out) {
  std::set<std::string> names(std::begin(kAlways), std::end(kAlways));
  add_names(out / kSeal, names);
  add_names(list_in(out), names);
  return names;
}

/// Notes what is there and what will be, where jobs leave more than those of the first version.
void note_files(const fs::path& out, const std::vector<std::string>& files) {
  std::set<std::string> names = names_of_results(out);
  names.insert(files.begin(), files.end());
  nlohmann::json list = nlohmann::json::object();
  for (const std::string& name : names) {
    if (std::ranges::count(kAlways, name) == 0) list[name] = nlohmann::json::object();
  }
  if (list.empty()) return;
  write_file_durably(list_in(out), sealed_text({{"files", list}}));
}

}  // namespace

void remove_leftovers(const fs::path& out, const std::vector<std::string>& files) {
  std::set<std::string> names = names_of_results(out);
  names.insert(files.begin(), files.end());
  names.insert({kSeal, "progress.json"});
  for (const std::string& name : names) remove_file(partial_name(out / name));
}

void remove_earlier_results(const fs::path& out, const std::vector<std::string>& files) {
  note_files(out, files);
  const std::set<std::string> earlier = names_of_results(out);
  remove_file(out / kSeal);
  remove_file(out / "report.html");
  sync_folder(out);
  for (const std::string& name : earlier) {
    if (std::ranges::count(files, name) == 0) remove_file(out / name);
  }
}

}  // namespace shoal
