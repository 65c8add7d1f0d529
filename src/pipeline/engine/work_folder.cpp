// Names of journals, and the list of those that the last run used.
#include "pipeline/engine/work_folder.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "pipeline/engine/sealed_json.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr const char* kList = "keys.json";
constexpr const char* kJournals = "journals";

}  // namespace

fs::path WorkFolder::place(std::string_view name, const Digest& key) {
  const std::string hex = to_hex(key);
  const std::string entry = fmt::format("{}-{}", name, hex.substr(0, 16));
  reached_[entry] = hex;
  return folder_ / entry;
}

void WorkFolder::write_reached() const {
  make_folders(folder_);
  write_file_durably(folder_ / kList, sealed_text({{kJournals, reached_}}));
}

std::map<std::string, std::string> reached_by_last_run(const fs::path& out) {
  return read_sealed(out / "work" / kList).at(kJournals).get<std::map<std::string, std::string>>();
}

}  // namespace shoal
