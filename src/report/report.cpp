// Read, draw, write.
#include "shoal/report/report.hpp"

#include "page.hpp"
#include "shoal/base/file.hpp"

namespace shoal {

std::string report_page(const std::filesystem::path& results_folder, const ReportOptions& options) {
  return draw_page(read_results(results_folder, options));
}

void write_report(const std::filesystem::path& results_folder, const ReportOptions& options) {
  write_file_durably(results_folder / "report.html", report_page(results_folder, options));
}

}  // namespace shoal
