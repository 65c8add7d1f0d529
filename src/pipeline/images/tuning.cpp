// Plans that were measured once are kept: a network computes other bits by other plans, and tiles that an
// earlier run finished would not count.
#include "pipeline/images/tuning.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "pipeline/engine/sealed_json.hpp"
#include "pipeline/images/network.hpp"
#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "shoal/base/log.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace fs = std::filesystem;
namespace {

/// What plans are for: the network's shapes.
std::string network_text(const ImageSettings& settings, std::int64_t tile_images) {
  return fmt::format("{} to {} at {} x {} in {}, tiles of {}", settings.vgg.model, settings.vgg.layer,
                     settings.resize, settings.resize, to_string(settings.vgg.precision), tile_images);
}

/// The plans of an earlier run on the same arithmetic; a note that is damaged is none.
std::optional<std::string> noted(const fs::path& path, const std::string& numeric,
                                 const std::string& network) {
  if (!own_file_exists(path)) return std::nullopt;
  try {
    const nlohmann::json note = read_sealed(path);
    if (note.value("numeric", "") == numeric && note.value("network", "") == network) {
      return note.value("plans", "");
    }
    log::info("plans of the network's convolutions were measured for '{}' on '{}': they are measured anew",
              note.value("network", ""), note.value("numeric", ""));
  } catch (const UnavailableError&) {
    throw;  // it may well be sound, and decides the bits of results
  } catch (const Error& error) {
    log::warning("{}; the plans of the network's convolutions are measured again", error.what());
  }
  return std::nullopt;
}

}  // namespace

void settle_plans(Communicator& comm, Backend& backend, ImageSettings& settings, std::int64_t tile_images,
                  const fs::path& note, bool fresh, Fence* fence) {
  if (!settings.has_network()) return;
  std::string plans;
  on_root(comm, [&] {
    const std::string network = network_text(settings, tile_images);
    const std::string numeric = backend.numeric_identity();
    const auto earlier = fresh ? std::nullopt : noted(note, numeric, network);
    plans = earlier ? *earlier : backend.tune(image_network_spec(settings, tile_images));
    if (plans.empty()) return;
    log::info("plans of the network's convolutions{}: {}", earlier ? ", as in the earlier run" : "", plans);
    if (!earlier) {
      write_fenced(fence, note, sealed_text({{"numeric", numeric}, {"network", network}, {"plans", plans}}));
    }
  });
  settings.plans = broadcast_object(comm, plans, 0);
}

}  // namespace shoal
