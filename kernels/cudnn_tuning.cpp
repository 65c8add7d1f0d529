// Tries each of cuDNN's plans on the same image at every place of a tile: judged first, then timed, as our
// own kernel is.
#include "cudnn_tuning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <type_traits>

#include "convolution.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/random.hpp"
#include "upload.hpp"

namespace shoal {
namespace {

constexpr std::size_t kMostTried = 8;
constexpr std::size_t kTimes = 5;
/// A plan further down cuDNN's list, and our kernel after them, must be so much faster, so that noise seldom
/// changes the choice.
constexpr double kWorthIt = 0.97;

/// Number i of a purpose, uniform in [-1, 1): all bits of a float are in use, so that rounding shows.
class MadeNumbers {
 public:
  explicit MadeNumbers(const char* purpose) : draws_(1, purpose) {}
  float operator()(std::int64_t i) const {
    return static_cast<float>(2.0 * draws_.uniform(0, static_cast<std::uint64_t>(i)) - 1.0);
  }

 private:
  RandomStream draws_;
};

/// Waits when it goes, whatever for: an error must not take away buffers that work under way still uses.
class Stillness {
 public:
  explicit Stillness(Stream& stream) : stream_(stream) {}
  ~Stillness() { stream_.settle(); }
  Stillness(const Stillness&) = delete;
  Stillness& operator=(const Stillness&) = delete;

 private:
  Stream& stream_;
};

template <class T>
class Trials {
 public:
  Trials(const ConvolutionShape& shape, Stream& stream) : shape_(shape), stream_(stream), still_(stream) {
    Upload upload(stream);
    const MadeNumbers numbers("convolution's weights");
    const std::int64_t in = shape.from.channels;
    const std::int64_t out = shape.out;
    filters_ = upload.make<T>(9 * in * out, "weights to try", numbers);
    bias_ = upload.make<float>(out, "a bias to try", MadeNumbers("convolution's bias"));
    const DeviceBuffer<T> image =
        upload.make<T>(one_image(shape.from).elements(), "an image to try", MadeNumbers("image"));
    // Ours wants the same weights as (taps, in, out).
    taps_ = upload.make<T>(9 * in * out, "weights to try", [&](std::int64_t i) {
      return numbers((i % out * 9 + i / out / in) * in + i / out % in);
    });
    ours_ = by_ours(image);
    x_ = DeviceBuffer<T>(shape.from.elements(), "images to try");
    y_ = DeviceBuffer<T>(shape.to().elements(), "results to try");
    const Stillness still(stream);
    for (std::int64_t i = 0; i < shape.from.images; ++i) {
      copy_on_device(x_.data() + i * image.count(), image.data(), image.count(), stream_);
    }
    stream_.synchronize();
  }
  /// Milliseconds of one run; absent where the results are not to be had.
  std::optional<float> time(CudnnConvolution& convolution) {
    fill_with_zeros(y_.data(), y_.count(), stream_);
    run(convolution);
    const Ends once = fetch();
    if (!right(once.first)) return std::nullopt;
    const float milliseconds = median([&] { run(convolution); });
    const Ends again = fetch();
    if (!same(again.first, once.first) || !same(again.last, once.first)) return std::nullopt;
    return milliseconds;
  }
  /// The same of our own kernel, whose tests vouch for its results.
  float time_ours() {
    return median([&] {
      convolution(x_.data(), shape_.from, taps_.data(), bias_.data(), shape_.out, y_.data(), stream_);
    });
  }

 private:
  /// The results at a tile's first and last place.
  struct Ends {
    PinnedBuffer<T> first;
    PinnedBuffer<T> last;
  };

  static ImageShape one_image(ImageShape shape) {
    shape.images = 1;
    return shape;
  }

  PinnedBuffer<T> by_ours(const DeviceBuffer<T>& image) {
    const std::int64_t count = one_image(shape_.to()).elements();
    DeviceBuffer<T> results(count, "results of ours");
    PinnedBuffer<T> fetched(count, "results of ours");
    const Stillness still(stream_);
    convolution_naive(image.data(), one_image(shape_.from), taps_.data(), bias_.data(), shape_.out,
                      results.data(), stream_);
    copy_to_host(fetched.data(), results.data(), count, stream_);
    stream_.synchronize();
    return fetched;
  }

  void run(CudnnConvolution& convolution) {
    convolution.run(x_.data(), filters_.data(), bias_.data(), y_.data());
  }

  Ends fetch() {
    const std::int64_t count = ours_.count();
    Ends ends{PinnedBuffer<T>(count, "results to judge"), PinnedBuffer<T>(count, "results to judge")};
    const Stillness still(stream_);
    copy_to_host(ends.first.data(), y_.data(), count, stream_);
    copy_to_host(ends.last.data(), y_.data() + (y_.count() - count), count, stream_);
    stream_.synchronize();
    return ends;
  }

  [[nodiscard]] bool right(const PinnedBuffer<T>& found) const {
    const ConvolutionBound bound = convolution_bound(std::is_same_v<T, __nv_bfloat16>);
    const double constant = bound.of_products * static_cast<double>(9 * shape_.from.channels);
    for (std::int64_t i = 0; i < found.count(); ++i) {
      const auto want = static_cast<double>(widened(ours_.data()[i]));
      const double error = std::abs(static_cast<double>(widened(found.data()[i])) - want);
      if (!(error <= bound.of_result * want + constant)) return false;  // NaN is refused too
    }
    return true;
  }
  static bool same(const PinnedBuffer<T>& a, const PinnedBuffer<T>& b) {
    return std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.count()) * sizeof(T)) == 0;
  }
  static float widened(float x) { return x; }
  static float widened(__nv_bfloat16 x) { return __bfloat162float(x); }

  template <class Work>
  float median(const Work& work) {
    std::array<float, kTimes> milliseconds{};
    TimedEvent begin;
    TimedEvent end;
    for (float& each : milliseconds) {
      begin.record(stream_);
      work();
      end.record(stream_);
      stream_.synchronize();
      each = milliseconds_between(begin, end);
    }
    std::nth_element(milliseconds.begin(), milliseconds.begin() + kTimes / 2, milliseconds.end());
    return milliseconds[kTimes / 2];
  }

  ConvolutionShape shape_;
  Stream& stream_;
  DeviceBuffer<T> filters_;
  DeviceBuffer<T> taps_;
  DeviceBuffer<float> bias_;
  PinnedBuffer<T> ours_;
  DeviceBuffer<T> x_;
  DeviceBuffer<T> y_;
  Stillness still_;  ///< last: it goes first
};

std::string text_of(const ConvolutionShape& shape) {
  return fmt::format("convolution of {} to {} channels at {} x {}", shape.from.channels, shape.out,
                     shape.from.side, shape.from.side);
}

template <class T>
std::string fastest(Cudnn& cudnn, const ConvolutionShape& shape, Stream& stream) {
  auto offered = CudnnConvolution::offered(cudnn, shape, std::is_same_v<T, __nv_bfloat16>, kMostTried);
  if (offered.empty()) return {};
  cudnn.allocate_workspace();
  Trials<T> trials(shape, stream);
  std::string best;
  float least = 0.0F;
  for (CudnnConvolution& convolution : offered) {
    const std::optional<float> milliseconds = trials.time(convolution);
    log::debug("{}: {} {}", text_of(shape), convolution.plan(),
               milliseconds ? fmt::format("takes {:.3f} ms", *milliseconds) : "is refused: its results");
    if (!milliseconds || (!best.empty() && !(*milliseconds < kWorthIt * static_cast<double>(least))))
      continue;
    best = convolution.plan();
    least = *milliseconds;
  }
  if (best.empty()) return best;
  const float ours = trials.time_ours();
  log::debug("{}: Shoal's own kernel takes {:.3f} ms", text_of(shape), ours);
  return ours < kWorthIt * static_cast<double>(least) ? kPlanOfOurs : best;
}

}  // namespace

ConvolutionBound convolution_bound(bool bf16) {
  // Sums of n products of numbers in [-1, 1) come out of float32 within about n * 2^-26, in whatever order;
  // tf32's operands cost n^(1/2) * 2^-12 and more, and a plan is judged by the worst of a whole image. In
  // bfloat16, both results are rounded at the end: two units of its last place.
  return {bf16 ? 0x1p-7 : 0.0, 0x1p-22};
}

std::string fastest_plan(Cudnn& cudnn, const ConvolutionShape& shape, bool bf16, Stream& stream) {
  return bf16 ? fastest<__nv_bfloat16>(cudnn, shape, stream) : fastest<float>(cudnn, shape, stream);
}

}  // namespace shoal
