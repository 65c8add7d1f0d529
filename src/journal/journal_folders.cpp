// Everything in work/ but the lock, the job file and the lists of keys and files is a journal.
#include "shoal/journal/journal_folders.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

void add_sizes(const fs::path& path, JournalFolder& journal) {
  std::error_code error;
  if (!fs::is_directory(path, error)) {
    journal.bytes = fs::file_size(path, error);
    journal.files = 1;
    return;
  }
  for (const auto& entry : fs::directory_iterator(path, error)) {
    std::error_code unknown;
    const std::uintmax_t bytes = entry.file_size(unknown);
    if (!unknown) journal.bytes += bytes;
    ++journal.files;
  }
}

/// Also while it is written, under another name.
bool is_no_journal(const std::string& name) {
  return name.starts_with("lock") || name.starts_with("keys.json") || name.starts_with("files.json") ||
         name.starts_with("job.json");
}

}  // namespace

std::vector<JournalFolder> list_journals(const fs::path& work, const std::set<std::string>& reached) {
  std::vector<JournalFolder> journals;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(work, error)) {
    JournalFolder journal;
    journal.name = entry.path().filename().string();
    if (is_no_journal(journal.name)) continue;
    journal.reached = reached.contains(journal.name);
    add_sizes(entry.path(), journal);
    journals.push_back(std::move(journal));
  }
  std::sort(journals.begin(), journals.end(),
            [](const JournalFolder& a, const JournalFolder& b) { return a.name < b.name; });
  return journals;
}

void remove_journal(const fs::path& work, const std::string& name) {
  std::error_code error;
  fs::remove_all(work / name, error);
  if (error) throw_system_error("removal", (work / name).string(), error.value());
}

}  // namespace shoal
