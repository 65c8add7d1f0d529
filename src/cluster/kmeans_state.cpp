// The state as plain numbers, one after the other.
#include "kmeans_state.hpp"

#include <cstring>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

void put(std::vector<std::byte>& out, const void* data, std::size_t size) {
  const auto* bytes = static_cast<const std::byte*>(data);
  out.insert(out.end(), bytes, bytes + size);
}
void put(std::vector<std::byte>& out, std::int64_t value) { put(out, &value, sizeof value); }
void put(std::vector<std::byte>& out, const std::vector<double>& values) {
  put(out, static_cast<std::int64_t>(values.size()));
  put(out, values.data(), values.size() * sizeof(double));
}

class Taker {
 public:
  explicit Taker(std::span<const std::byte> bytes) : bytes_(bytes) {}
  std::int64_t number() {
    std::int64_t value = 0;
    take(&value, sizeof value);
    return value;
  }
  std::vector<double> numbers() {
    const auto count = static_cast<std::size_t>(number());
    if (count > bytes_.size() / sizeof(double)) refuse();
    std::vector<double> values(count);
    take(values.data(), count * sizeof(double));
    return values;
  }

 private:
  [[noreturn]] static void refuse() { throw FailureError("a k-means checkpoint is shorter than it says"); }
  void take(void* out, std::size_t size) {
    if (size > bytes_.size()) refuse();
    if (size > 0) std::memcpy(out, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  std::span<const std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> pack(const KMeansState& state) {
  std::vector<std::byte> bytes;
  put(bytes, state.restart);
  put(bytes, state.iteration);
  put(bytes, state.centroids);
  put(bytes, state.best.restart);
  put(bytes, state.best.iterations);
  put(bytes, state.best.inertia);
  put(bytes, state.best.centroids);
  return bytes;
}

KMeansState unpack(std::span<const std::byte> bytes) {
  Taker taker(bytes);
  KMeansState state;
  state.restart = taker.number();
  state.iteration = taker.number();
  state.centroids = taker.numbers();
  state.best.restart = taker.number();
  state.best.iterations = taker.number();
  state.best.inertia = taker.number();
  state.best.centroids = taker.numbers();
  return state;
}

}  // namespace shoal
