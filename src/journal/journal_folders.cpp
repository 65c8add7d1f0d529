// A journal in work/ is told by its name, which ends with the beginning of a key.
#include "shoal/journal/journal_folders.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/patience.hpp"

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

/// The names in a folder of our own; none where there is no such folder.
std::vector<std::string> names_of_own(const fs::path& folder) {
  return read_of_own([&] { return is_folder(folder) ? names_in(folder) : std::vector<std::string>{}; });
}

constexpr std::size_t kKeyDigits = 16;

/// Journals, the lock and files on the way to it, lists and notes, and what was half-written.
bool is_of_runs(const std::string& name) {
  return is_journal_name(name) || name.starts_with("lock") || name.ends_with(".json") ||
         name.ends_with(".partial");
}

}  // namespace

std::string journal_name(std::string_view what, const Digest& key) {
  return fmt::format("{}-{}", what, to_hex(key).substr(0, kKeyDigits));
}

bool is_journal_name(std::string_view name) {
  const std::size_t dash = name.rfind('-');
  return dash != std::string_view::npos && dash > 0 && name.size() - dash - 1 == kKeyDigits &&
         name.find_first_not_of("0123456789abcdef", dash + 1) == std::string_view::npos;
}

std::vector<JournalFolder> list_journals(const fs::path& work, const std::set<std::string>& reached) {
  std::vector<JournalFolder> journals;
  // A listing that fails is no empty one: what is to be forgotten would stay.
  for (const std::string& name : names_of_own(work)) {
    if (!is_journal_name(name)) continue;
    JournalFolder journal;
    journal.name = name;
    journal.reached = reached.contains(name);
    add_sizes(work / name, journal);
    journals.push_back(std::move(journal));
  }
  return journals;
}

void make_work_folder(const fs::path& work) {
  if (!fs::is_directory(work)) return make_private_folder(work);
  if (std::ranges::all_of(names_of_own(work), is_of_runs)) return make_private_folder(work);
  const fs::perms open = fs::status(work).permissions() & (fs::perms::group_all | fs::perms::others_all);
  if (open == fs::perms::none) return;
  log::warning(
      "'{}' holds files that no run left, and stays open to others: what a run leaves there names "
      "inputs and rows; move those files away, or close it with chmod 700",
      work.string());
}

bool work_is_closed(const fs::path& out) {
  return ::access((out / "work").c_str(), R_OK | X_OK) != 0 && errno == EACCES;
}

void remove_journal(HeldFolder& held, const fs::path& work, const std::string& name) {
  held.fence().confirm();
  // In one step and out of reach, should another run take the folder over while many files are removed.
  const fs::path staged = held.fence().staged(work / name);
  rename_durably(work / name, staged);
  std::error_code error;
  fs::remove_all(staged, error);
  if (error) throw_system_error("removal", staged.string(), error.value());
}

}  // namespace shoal
