// Looked at before anything is made there, and again when nobody else can change it.
#include "pipeline/results/run_folder.hpp"

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/journal/journal_folders.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// Makes a folder that nobody else may look into: what lies in work/ names inputs and rows.
void make_private_folder(const fs::path& folder) {
  constexpr fs::perms kPrivate = fs::perms::owner_all;
  std::error_code error;
  fs::create_directory(folder, error);
  if (!error && (fs::status(folder, error).permissions() & fs::perms::all) == kPrivate) return;
  if (!error) fs::permissions(folder, kPrivate, error);
  if (!error) return;
  if (error != std::errc::operation_not_permitted && error != std::errc::not_supported) {
    throw_system_error("closing to others", folder.string(), error.value());
  }
  log::warning("'{}' cannot be closed to others ({}): see to it that nobody looks into it", folder.string(),
               error.message());
}

}  // namespace

RunFolder::RunFolder(Communicator& comm, const fs::path& out, const Entering& entering) {
  std::string content;
  on_root(comm, [&] {
    const auto require_room = [&] {
      if (!entering.replace) EarlierResults(out).require_room(entering.job, entering.files);
    };
    require_room();
    make_folders(out / "log");
    make_private_folder(out / "work");
    held_ = std::make_unique<HeldFolder>(out);
    require_room();
    remove_file(partial_name(out / "progress.json"));
    content = held_->lock().content();
    if (!entering.fresh) return;
    for (const JournalFolder& journal : list_journals(out / "work", {}))
      remove_journal(*held_, out / "work", journal.name);
  });
  content = broadcast_object(comm, content, 0);
  if (!held_) fence_.emplace(out, content);
}

}  // namespace shoal
