// The report first, then its seal: whoever is killed between the two draws it again.
#include "shoal/pipeline/redraw.hpp"

#include <nlohmann/json.hpp>

#include "pipeline/results/earlier.hpp"
#include "pipeline/results/files.hpp"
#include "pipeline/results/run_json.hpp"
#include "shoal/base/file.hpp"
#include "shoal/journal/held_folder.hpp"
#include "shoal/report/report.hpp"
#include "shoal/store/h5ad_reader.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// As the job's canonical text in the results tells them.
ReportOptions options_of(const fs::path& out) {
  const std::string text = H5adFile(out / "posts.h5ad").uns("uns/shoal").text("job", "");
  const auto job = nlohmann::json::parse(text, nullptr, false);
  const auto report =
      job.is_object() ? job.value("report", nlohmann::json::object()) : nlohmann::json::object();
  ReportOptions options;
  options.top_tags = report.value("top_tags", options.top_tags);
  options.photos = report.value("photos", options.photos);
  return options;
}

}  // namespace

void redraw_report(const fs::path& out) {
  if (!own_file_exists(out / "posts.h5ad")) refuse_no_run(out, "results", "posts.h5ad");
  const ReportOptions options = options_of(out);
  HeldFolder held(out);
  const bool sealed = has_seal(out);
  if (sealed) {
    static_cast<void>(read_run_json(out));  // a damaged one is left as it is, and the report, too
    EarlierResults(out).require_unchanged("report.html");
  }
  held.fence().write_file(out / "report.html", report_page(out, options));
  if (sealed) seal_again(held.fence(), out, "report.html");
}

}  // namespace shoal
