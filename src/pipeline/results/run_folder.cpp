// Looked at before anything is made there, and again when nobody else can change it.
#include "pipeline/results/run_folder.hpp"

#include <fmt/format.h>

#include <set>

#include "pipeline/results/files.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/folder.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/journal/journal_folders.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What earlier versions, which had no folder for it, left half-written where they were killed.
void remove_half_written(const fs::path& out, const std::vector<std::string>& files) {
  std::set<std::string> names{"models.h5", "progress.json", kSeal};
  names.insert(files.begin(), files.end());
  for (const std::string& name : names) remove_file(partial_name(out / name));
  for (const std::string& name : read_of_own([&] { return names_in(out / "work"); })) {
    const fs::path partial(name);
    if (partial.extension() != ".partial") continue;
    const std::string whole = partial.stem();
    if (is_journal_name(whole) || whole.ends_with(".json")) remove_file(out / "work" / name);
  }
}

}  // namespace

void require_room_for_results(Communicator& comm, const fs::path& out, const Entering& entering) {
  on_root(comm, [&] {
    const std::string why = read_of_own([&] { return why_closed(fs::absolute(out)); });
    if (!why.empty()) {
      throw UsageError(fmt::format("results cannot be written into '{}': {}; give --out another folder",
                                   out.string(), why));
    }
    if (!entering.replace) EarlierResults(out).require_room(entering.job, entering.files);
  });
}

RunFolder::RunFolder(Communicator& comm, const fs::path& out, const Entering& entering) {
  std::string content;
  require_room_for_results(comm, out, entering);
  on_root(comm, [&] {
    make_folders(out / "log");
    held_ = std::make_unique<HeldFolder>(out);
    if (!entering.replace) EarlierResults(out).require_room(entering.job, entering.files);
    remove_half_written(out, entering.files);
    content = held_->lock().content();
    if (entering.clear) take_away(held_->fence(), out);
    if (!entering.fresh) return;
    for (const JournalFolder& journal : list_journals(out / "work", {}))
      remove_journal(*held_, out / "work", journal.name);
  });
  content = broadcast_object(comm, content, 0);
  if (!held_) fence_.emplace(out, content);
}

}  // namespace shoal
