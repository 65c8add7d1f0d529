// Read, draw, write.
#include "shoal/report/report.hpp"

#include "page.hpp"
#include "shoal/base/file.hpp"

namespace shoal {

void write_report(const std::filesystem::path& results_folder, const ReportOptions& options) {
  write_file_durably(results_folder / "report.html", draw_page(read_results(results_folder, options)));
}

}  // namespace shoal
