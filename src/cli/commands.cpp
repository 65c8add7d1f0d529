// Commands that need no MPI.
#include "commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/processor.hpp"
#include "shoal/base/threads.hpp"
#include "shoal/base/version.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/compute/cuda_library.hpp"
#include "shoal/corpus/pack.hpp"
#include "shoal/pipeline/redraw.hpp"
#include "shoal/pipeline/status.hpp"
#include "shoal/store/compare.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {

ExitCode status_command(const std::filesystem::path& results) {
  print_lines(status_text(results));
  return ExitCode::done;
}

ExitCode clean_command(const std::filesystem::path& results, bool all, bool dry) {
  print_lines(clean_folder(results, all, dry).text);
  return ExitCode::done;
}

ExitCode report_command(const std::filesystem::path& results) {
  redraw_report(results);
  log::info("wrote {}", (results / "report.html").string());
  return ExitCode::done;
}

ExitCode diff_command(const std::filesystem::path& a, const std::filesystem::path& b) {
  const ResultsComparison comparison = compare_results(a, b);
  print_lines(format_comparison(comparison));
  return comparison.identical() ? ExitCode::done : ExitCode::quarantined;
}

ExitCode pack_command(const std::filesystem::path& folder, const std::filesystem::path& out,
                      std::int64_t shard_mib) {
  const PackSummary summary = pack_folder(folder, out, static_cast<std::uint64_t>(shard_mib) << 20);
  constexpr std::size_t kShown = 20;
  for (std::size_t i = 0; i < std::min(kShown, summary.skipped.size()); ++i)
    log::warning("skipped {}", summary.skipped[i]);
  if (summary.skipped.size() > kShown) log::warning("skipped {} more", summary.skipped.size() - kShown);
  log::info("packed {} files ({} bytes) into {} shards in {}; skipped {} files, and {} that macOS left",
            summary.files, summary.bytes, summary.shards, out.string(), summary.skipped.size(),
            summary.litter);
  return ExitCode::done;
}

ExitCode synth_command(const std::filesystem::path& folder, const SynthOptions& options) {
  const SynthSummary summary = make_corpus(folder, options);
  log::info("wrote {} posts of {} accounts and {} photos to {}", summary.posts, summary.accounts,
            summary.photos, folder.string());
  if (options.damage > 0.0) log::info("{} records are damaged; damage.csv names them", summary.damaged);
  return ExitCode::done;
}

ExitCode info_command() {
  const InstructionLevel level = detect_instruction_level();
  const auto backend = make_cpu_backend({available_processors(), level});
  print_line("shoal {}", kVersion);
  print_line("processor   {}", processor_name());
  print_line("level       {}", to_string(level));
  print_line("threads     {}", available_processors());
  print_line("cpu         {}", backend->description());
  print_line("numerics    {}", backend->numeric_identity());
  const CudaSurvey gpus = survey_cuda();
  for (const CudaDevice& gpu : gpus.devices) {
    print_line("cuda        {}, compute capability {}.{}, {:.1f} GiB", gpu.name, gpu.major, gpu.minor,
               static_cast<double>(gpu.memory) / (1 << 30));
  }
  if (gpus.devices.empty()) {
    print_line("cuda        none: {}", gpus.why_none);
  } else {
    const std::string cudnn = gpus.why_no_cudnn.empty() ? "" : fmt::format(" (none: {})", gpus.why_no_cudnn);
    print_line("engines     shoal, cudnn{}", cudnn);
  }
  print_line("networks    {}", fmt::join(vgg_models(), ", "));
  return ExitCode::done;
}

}  // namespace shoal
