// Draws report.html: one page that a person reads, from the results alone.
#pragma once

#include <filesystem>

namespace shoal {

struct ReportOptions {
  int top_tags = 10;  ///< hashtags shown per group, at most
  int photos = 6;     ///< photos shown per group, at most
};

/// Reads posts.h5ad, and images.h5ad and thumbnails.tar where they are, and writes report.html beside them:
/// one file that needs no network and runs no script. Its bytes depend on the results and the options only.
/// Throws InputError where the results cannot be read, FailureError or ResourceError where the page cannot be
/// written.
void write_report(const std::filesystem::path& results_folder, const ReportOptions& options);

}  // namespace shoal
