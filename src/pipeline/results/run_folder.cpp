// Looked at before anything is made there, and again when nobody else can change it.
#include "pipeline/results/run_folder.hpp"

#include "pipeline/results/files.hpp"
#include "shoal/base/file.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/journal/journal_folders.hpp"

namespace shoal {
namespace fs = std::filesystem;
RunFolder::RunFolder(Communicator& comm, const fs::path& out, const Entering& entering) {
  std::string content;
  on_root(comm, [&] {
    const auto require_room = [&] {
      if (!entering.replace) EarlierResults(out).require_room(entering.job, entering.files);
    };
    require_room();
    make_folders(out / "log");
    held_ = std::make_unique<HeldFolder>(out);
    require_room();
    remove_file(partial_name(out / "progress.json"));
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
