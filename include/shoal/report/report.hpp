// Draws report.html: one page that a person reads, from the results alone.
#pragma once

#include <filesystem>
#include <string>

namespace shoal {

struct ReportOptions {
  int top_tags = 10;  ///< hashtags shown per group, at most
  int photos = 6;     ///< photos shown per group, at most
};

/// The page, from posts.h5ad, and images.h5ad and thumbnails.tar where they are: it needs no other file, no
/// network, and runs no script. Its bytes depend on the results and the options only. Throws InputError where
/// the results cannot be read.
std::string report_page(const std::filesystem::path& results_folder, const ReportOptions& options);

/// Writes that page to report.html beside them. Throws FailureError or ResourceError, too, where it cannot be
/// written.
void write_report(const std::filesystem::path& results_folder, const ReportOptions& options);

}  // namespace shoal
