// As a run begins: with the posts, and the key of their pseudonyms.
#include "shoal/pipeline/export_posts.hpp"

#include <fmt/format.h>

#include "pipeline/open_job.hpp"
#include "pipeline/stages/posts_export.hpp"
#include "pipeline/stages/read.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

fs::path file_of(const RunOptions& options, const Job& job, ExportForm form) {
  const char* suffix = form == ExportForm::csv ? "csv" : "jsonl";
  return options.out.value_or(fs::path("out") / fmt::format("{}-posts.{}", job.name, suffix));
}

/// Before anything is read, which may take long. Rank 0.
void make_room_for(const fs::path& file, bool replace) {
  std::error_code error;
  const auto there = fs::symlink_status(file, error).type();
  if (there == fs::file_type::directory)
    throw UsageError(fmt::format("'{}' is a folder; name a file for --out", file.string()));
  if (fs::exists(fs::status(file, error)) && !replace) {
    throw UsageError(fmt::format(
        "'{}' is there already; give --replace to overwrite it, or --out another name", file.string()));
  }
  if (file.has_parent_path()) make_folders(file.parent_path());
}

}  // namespace

ExportSummary export_posts(Communicator& comm, const RunOptions& options, ExportForm form) {
  OpenJob opened(comm, options);
  const fs::path file = file_of(options, opened.job(), form);
  on_root(comm, [&] { make_room_for(file, options.replace); });
  Run run = opened.begin({});
  // Whoever joins the file with results later must find the same pseudonyms there.
  read_posts_as_shown(run, MissingKey::is_made);
  write_posts(run, form, file);
  return {file, run.corpus.partition.rows()};
}

}  // namespace shoal
