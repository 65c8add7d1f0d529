// A choice that was measured once is kept, so that the next run finds the same keys.
#include "pipeline/images/precision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/images/network.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"
#include "shoal/compute/cpu_backend.hpp"
#include "shoal/vision/vgg.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What an earlier run settled on; a note that is damaged is none.
std::optional<Precision> noted(const fs::path& note) {
  if (!own_file_exists(note)) return std::nullopt;
  try {
    return precision_named(read_sealed(note).value("precision", ""));
  } catch (const UnavailableError&) {
    throw;  // it may well be sound, and decides the bits of results
  } catch (const Error& error) {
    log::warning("{}; the precision is measured again", error.what());
    return std::nullopt;
  }
}

/// A run in another precision would find nothing of what the earlier run has computed.
void require_as_noted(const Backend& backend, Precision precision) {
  const std::string why = backend.why_not(precision);
  if (why.empty()) return;
  throw UsageError(
      fmt::format("the earlier run settled on the precision {}: {}; go on where that run began, or give "
                  "--fresh to begin anew",
                  to_string(precision), why));
}

Precision measured(Backend& backend, ImageSettings settings, const std::vector<Precision>& offered) {
  if (offered.size() == 1) return offered.front();
  return fastest(offered, [&](Precision precision) {
    settings.vgg.precision = precision;
    const NetworkSpec spec = vgg_spec(settings.vgg, settings.resize, kCpuTileImages);
    const std::int64_t images = backend.tile_images(spec);
    const double seconds = seconds_of_tile(backend, settings, images);
    log::info("{}: {:.1f} images/s on one thread", to_string(precision),
              static_cast<double>(images) / seconds);
    return seconds;
  });
}

}  // namespace

std::optional<InstructionLevel> level_of(const ImageSettings& settings) {
  if (!settings.has_network()) return decisive_level(Precision::fp32);
  if (settings.measured_precision) return std::nullopt;
  return decisive_level(settings.vgg.precision);
}

std::vector<Precision> precisions_of(const Backend& backend) {
  std::vector<Precision> offered;
  std::copy_if(kPrecisions.begin(), kPrecisions.end(), std::back_inserter(offered),
               [&](Precision precision) { return backend.why_not(precision).empty(); });
  return offered;
}

void require_precision(const Backend& backend, const ImageSettings& settings) {
  if (!settings.has_network()) return;
  if (const std::string why = backend.why_not(settings.vgg.precision); !why.empty()) throw UsageError(why);
}

Precision fastest(const std::vector<Precision>& precisions,
                  const std::function<double(Precision)>& seconds_of) {
  Precision best = precisions.front();
  double least = seconds_of(best);
  for (auto next = precisions.begin() + 1; next != precisions.end(); ++next) {
    const double seconds = seconds_of(*next);
    if (seconds >= least) continue;
    least = seconds;
    best = *next;
  }
  return best;
}

void settle_precision(Communicator& comm, Backend& backend, ImageSettings& settings,
                      const std::optional<fs::path>& note, bool fresh, Fence* fence) {
  if (!settings.measured_precision) return require_precision(backend, settings);
  Precision choice{};
  on_root(comm, [&] {
    const auto earlier = note && !fresh ? noted(*note) : std::nullopt;
    if (earlier) require_as_noted(backend, *earlier);
    choice = earlier ? *earlier : measured(backend, settings, precisions_of(backend));
    log::info("precision of the network: {}{}", to_string(choice), earlier ? ", as in the earlier run" : "");
    if (note && !earlier) write_fenced(fence, *note, sealed_text({{"precision", to_string(choice)}}));
  });
  settings.vgg.precision = broadcast_object(comm, choice, 0);
}

}  // namespace shoal
