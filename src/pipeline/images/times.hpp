// Where the time of the images stage goes: images and seconds of each step, what its threads waited for, and
// which of them is the limit. Timings: they never reach results or keys.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace shoal {

/// An image's way. The first three are done by decoding threads, the others by computing threads.
enum class ImageStep : std::uint8_t { reading, decoding, preprocessing, computing, journal };
inline constexpr std::array<std::string_view, 5> kImageStepNames{"reading", "decoding", "preprocessing",
                                                                 "computing", "journal"};

/// What threads wait for: decoding threads for room, and for a tile that is handed out; computing threads for
/// a tile that is decoded.
enum class ImageWait : std::uint8_t { room, handing_out, tiles };

struct StepTime {
  std::int64_t images = 0;  ///< that came out of the step
  double seconds = 0.0;     ///< of all threads together
  /// What one thread does.
  [[nodiscard]] double images_per_second() const;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& images& seconds;
  }
};

/// The threads that do the same steps.
struct ThreadTime {
  std::int64_t threads = 0;
  double seconds = 0.0;  ///< threads x the stage's seconds

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& threads& seconds;
  }
};

/// Of one rank, or of all. Every second is one of the wall clock.
struct ImageTimes {
  double seconds = 0.0;  ///< from the start of the first thread to the end of the last; the longest rank's
  ThreadTime decoders;
  ThreadTime computers;
  std::array<StepTime, kImageStepNames.size()> steps;
  std::array<double, 3> waits{};  ///< by ImageWait

  [[nodiscard]] const StepTime& of(ImageStep step) const { return steps[static_cast<std::size_t>(step)]; }
  [[nodiscard]] double of(ImageWait wait) const { return waits[static_cast<std::size_t>(wait)]; }
  /// Images that were computed.
  [[nodiscard]] std::int64_t images() const { return of(ImageStep::computing).images; }
  [[nodiscard]] double images_per_second() const;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& seconds& decoders& computers;
    for (StepTime& step : steps) archive& step;
    for (double& wait : waits) archive& wait;
  }
};

ImageTimes sum_of(const std::vector<ImageTimes>& ranks);

/// Shares of the threads' time, from 0 to 1.
struct BusyShares {
  double decoders = 0.0;     ///< in which they read, decoded or preprocessed
  double computers = 0.0;    ///< in which they computed or wrote to the journal
  double handing_out = 0.0;  ///< in which decoding threads waited for a tile
};
BusyShares busy_shares(const ImageTimes& times);

/// The busiest of the three is what the others wait for; of threads, the step that took them most time is
/// named. A step's name, "handing out", or "none" where no image was computed.
std::string limit_of(const ImageTimes& times);

/// Images a second that all decoding threads, or all computing threads, would do if they never waited.
double decoders_could_do(const ImageTimes& times);
double computers_could_do(const ImageTimes& times);

/// One line for a person; empty where no image was computed.
std::string sentence_about(const ImageTimes& times);

/// The event image_times of this rank's log.
void log_image_times(const ImageTimes& times);

}  // namespace shoal
