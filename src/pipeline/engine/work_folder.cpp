// Names of journals, and the list of those that the last run used.
#include "pipeline/engine/work_folder.hpp"

#include <nlohmann/json.hpp>
#include <utility>

#include "pipeline/engine/sealed_json.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/journal/journal_folders.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr const char* kList = "keys.json";
constexpr const char* kJournals = "journals";

}  // namespace

WorkFolder::WorkFolder(const fs::path& out, JournalSettings settings, bool keeps_list)
    : folder_(out / "work"), settings_(settings), keeps_list_(keeps_list) {
  if (!keeps_list_ || !own_file_exists(folder_ / kList)) return;
  try {
    listed_ = reached_by_last_run(out);
  } catch (const Error& error) {
    log::warning("{}; what earlier runs reached is not known", error.what());
  }
}

fs::path WorkFolder::place(std::string_view name, const Digest& key) {
  const std::string hex = to_hex(key);
  const std::string entry = journal_name(name, key);
  reached_[entry] = hex;
  if (keeps_list_ && std::exchange(listed_[entry], hex) != hex) write_list();
  return folder_ / entry;
}

void WorkFolder::finish_list() {
  listed_ = reached_;
  if (keeps_list_) write_list();
}

void WorkFolder::write_list() const {
  make_folders(folder_);
  settings_.fence->write_file(folder_ / kList, sealed_text({{kJournals, listed_}}));
}

std::map<std::string, std::string> reached_by_last_run(const fs::path& out) {
  return read_sealed(out / "work" / kList).at(kJournals).get<std::map<std::string, std::string>>();
}

}  // namespace shoal
