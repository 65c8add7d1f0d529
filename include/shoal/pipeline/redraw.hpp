// Drawing the report of finished results again.
#pragma once

#include <filesystem>

namespace shoal {

/// Draws report.html with the options of the job that made the results, and puts it under their seal,
/// run.json, where they have one: `verify` is as content afterwards as before. One process. Throws InputError
/// where there are no results, UsageError while a run is alive there, FailureError where the seal is damaged.
void redraw_report(const std::filesystem::path& out);

}  // namespace shoal
