// Earlier results stand until new ones are complete; after that, files of two runs never pass for one result.
#include "pipeline/results/files.hpp"

#include <algorithm>
#include <array>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

constexpr std::array kAll{"posts.h5ad",  "images.h5ad",    "thumbnails.tar",
                          "report.html", "quarantine.csv", "progress.json"};

void remove_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) throw_system_error("removal", path.string(), error.value());
}

}  // namespace

std::vector<std::string> result_files(const Job& job) {
  std::vector<std::string> files{"posts.h5ad", "report.html", "quarantine.csv"};
  if (job.image) files.emplace_back("images.h5ad");
  if (job.image && !job.clusterings.empty() && job.report.photos > 0) files.emplace_back("thumbnails.tar");
  std::sort(files.begin(), files.end());
  return files;
}

void remove_leftovers(const fs::path& out) {
  for (const char* name : kAll) remove_file(partial_name(out / name));
  remove_file(partial_name(out / kSeal));
}

void remove_earlier_results(const fs::path& out, const Job& job) {
  remove_file(out / kSeal);
  remove_file(out / "report.html");
  sync_path(out);
  const auto files = result_files(job);
  for (const char* name : {"images.h5ad", "thumbnails.tar"}) {
    if (std::find(files.begin(), files.end(), name) == files.end()) remove_file(out / name);
  }
}

}  // namespace shoal
