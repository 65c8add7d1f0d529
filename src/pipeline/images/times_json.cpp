// Names say units; docs/results.md says what they mean.
#include "pipeline/images/times_json.hpp"

#include <nlohmann/json.hpp>

namespace shoal {

using nlohmann::json;

json image_times_json(const ImageTimes& times) {
  const BusyShares busy = busy_shares(times);
  json steps = json::object();
  for (std::size_t i = 0; i < kImageStepNames.size(); ++i) {
    const StepTime& step = times.steps[i];
    steps[std::string(kImageStepNames[i])] = {{"images", step.images},
                                              {"seconds", step.seconds},
                                              {"images_per_second_of_a_thread", step.images_per_second()}};
  }
  return {{"limit", limit_of(times)},
          {"seconds", times.seconds},
          {"images", times.images()},
          {"images_per_second", times.images_per_second()},
          {"decoding_threads",
           {{"threads", times.decoders.threads},
            {"busy", busy.decoders},
            {"images_per_second_if_never_waiting", decoders_could_do(times)},
            {"waited_for_room_seconds", times.of(ImageWait::room)},
            {"waited_for_handing_out_seconds", times.of(ImageWait::handing_out)}}},
          {"computing_threads",
           {{"threads", times.computers.threads},
            {"busy", busy.computers},
            {"images_per_second_if_never_waiting", computers_could_do(times)},
            {"waited_for_tiles_seconds", times.of(ImageWait::tiles)}}},
          {"steps", std::move(steps)}};
}

}  // namespace shoal
