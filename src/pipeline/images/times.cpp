// Sums and shares of times; no threshold decides, only which share is the largest.
#include "pipeline/images/times.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "shoal/base/log.hpp"

namespace shoal {
namespace {

constexpr std::size_t kFirstOfComputers = static_cast<std::size_t>(ImageStep::computing);

std::span<const StepTime> steps_of_decoders(const ImageTimes& times) {
  return std::span(times.steps).first(kFirstOfComputers);
}
std::span<const StepTime> steps_of_computers(const ImageTimes& times) {
  return std::span(times.steps).subspan(kFirstOfComputers);
}

double ratio(double part, double whole) { return whole > 0.0 ? part / whole : 0.0; }

double seconds_of(std::span<const StepTime> steps) {
  double seconds = 0.0;
  for (const StepTime& step : steps) seconds += step.seconds;
  return seconds;
}

std::string_view longest_of(const ImageTimes& times, std::span<const StepTime> steps) {
  const auto longest = std::max_element(
      steps.begin(), steps.end(), [](const StepTime& a, const StepTime& b) { return a.seconds < b.seconds; });
  return kImageStepNames[static_cast<std::size_t>(&*longest - times.steps.data())];
}

double could_do(std::int64_t images, const ThreadTime& threads, std::span<const StepTime> steps) {
  return ratio(static_cast<double>(images * threads.threads), seconds_of(steps));
}

/// 0.043, 5.1, 118: as many digits as say something.
std::string rate_text(double rate) {
  return rate < 10.0 ? fmt::format("{:.2g}", rate) : fmt::format("{:.0f}", rate);
}

}  // namespace

double StepTime::images_per_second() const { return ratio(static_cast<double>(images), seconds); }

double ImageTimes::images_per_second() const { return ratio(static_cast<double>(images()), seconds); }

ImageTimes sum_of(const std::vector<ImageTimes>& ranks) {
  ImageTimes sum;
  for (const ImageTimes& rank : ranks) {
    sum.seconds = std::max(sum.seconds, rank.seconds);
    sum.decoders.threads += rank.decoders.threads;
    sum.decoders.seconds += rank.decoders.seconds;
    sum.computers.threads += rank.computers.threads;
    sum.computers.seconds += rank.computers.seconds;
    for (std::size_t i = 0; i < sum.steps.size(); ++i) {
      sum.steps[i].images += rank.steps[i].images;
      sum.steps[i].seconds += rank.steps[i].seconds;
    }
    for (std::size_t i = 0; i < sum.waits.size(); ++i) sum.waits[i] += rank.waits[i];
  }
  return sum;
}

BusyShares busy_shares(const ImageTimes& times) {
  return {ratio(seconds_of(steps_of_decoders(times)), times.decoders.seconds),
          ratio(seconds_of(steps_of_computers(times)), times.computers.seconds),
          ratio(times.of(ImageWait::handing_out), times.decoders.seconds)};
}

std::string limit_of(const ImageTimes& times) {
  if (times.images() == 0) return "none";
  const BusyShares busy = busy_shares(times);
  if (busy.handing_out > std::max(busy.decoders, busy.computers)) return "handing out";
  const bool decoders = busy.decoders > busy.computers;
  return std::string(longest_of(times, decoders ? steps_of_decoders(times) : steps_of_computers(times)));
}

double decoders_could_do(const ImageTimes& times) {
  return could_do(times.of(ImageStep::preprocessing).images, times.decoders, steps_of_decoders(times));
}
double computers_could_do(const ImageTimes& times) {
  return could_do(times.images(), times.computers, steps_of_computers(times));
}

std::string sentence_about(const ImageTimes& times) {
  if (times.images() == 0) return {};
  return fmt::format(
      "images: {} in {:.1f} s, {} a second; {} is the limit (reading and decoding could do {}, computing {})",
      times.images(), times.seconds, rate_text(times.images_per_second()), limit_of(times),
      rate_text(decoders_could_do(times)), rate_text(computers_could_do(times)));
}

void log_image_times(const ImageTimes& times) {
  const auto images = [&](ImageStep step) { return times.of(step).images; };
  const auto seconds = [&](ImageStep step) { return times.of(step).seconds; };
  log::event("image_times", {{"limit", limit_of(times)},
                             {"seconds", times.seconds},
                             {"images_read", images(ImageStep::reading)},
                             {"reading_seconds", seconds(ImageStep::reading)},
                             {"images_decoded", images(ImageStep::decoding)},
                             {"decoding_seconds", seconds(ImageStep::decoding)},
                             {"images_preprocessed", images(ImageStep::preprocessing)},
                             {"preprocessing_seconds", seconds(ImageStep::preprocessing)},
                             {"images_computed", images(ImageStep::computing)},
                             {"computing_seconds", seconds(ImageStep::computing)},
                             {"journal_seconds", seconds(ImageStep::journal)},
                             {"waited_for_room_seconds", times.of(ImageWait::room)},
                             {"waited_for_handing_out_seconds", times.of(ImageWait::handing_out)},
                             {"waited_for_tiles_seconds", times.of(ImageWait::tiles)}});
}

}  // namespace shoal
