// What a rank offers is found by the path of its open file, and known by a mark behind the weights.
#include "pipeline/images/node_weights.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "shoal/base/digest.hpp"
#include "shoal/base/environment.hpp"
#include "shoal/base/log.hpp"
#include "shoal/base/mapped_file.hpp"
#include "shoal/base/patience.hpp"
#include "shoal/base/shared_memory.hpp"
#include "shoal/comm/on_root.hpp"

namespace shoal {
namespace {

/// Where the weights of a node lie; without a path nothing is offered.
struct Offer {
  std::string host;
  std::string path;
  std::string mark;  ///< what stands behind the weights

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& host& path& mark;
  }
};

class SharedWeights final : public WeightMemory {
 public:
  explicit SharedWeights(Communicator& comm) : comm_(comm) {}

  std::span<const std::byte> filled(std::size_t bytes, const Fill& fill) override {
    Offer mine{host_name(), "", ""};
    const bool first = comm_.node_rank() == 0;
    on_all(comm_, [&] {
      if (first) comm_.node_size() == 1 ? fill_own(bytes, fill) : fill_shared(bytes, fill, mine);
    });
    const auto offers = all_gather_objects(comm_, mine);
    on_all(comm_, [&] {
      if (!first && !map_one_of(offers, bytes)) fill_own(bytes, fill);
    });
    if (shared_) shared_->close();
    return weights_;
  }

 private:
  void fill_own(std::size_t bytes, const Fill& fill) {
    own_ = make_private_weight_memory();
    weights_ = own_->filled(bytes, fill);
  }

  void fill_shared(std::size_t bytes, const Fill& fill, Offer& offer) {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    offer.mark = to_hex(sha256(fmt::format("{} {} {}", offer.host, ::getpid(), now)));
    shared_.emplace(bytes + offer.mark.size());
    const auto all = shared_->bytes();
    fill(all.first(bytes));
    std::ranges::copy(std::as_bytes(std::span(offer.mark)), all.begin() + static_cast<std::ptrdiff_t>(bytes));
    offer.path = shared_->path();
    weights_ = all.first(bytes);
  }

  /// Whether one of them was of this node.
  bool map_one_of(const std::vector<Offer>& offers, std::size_t bytes) {
    for (const Offer& offer : offers) {
      if (offer.path.empty() || offer.host != host_name()) continue;
      try {
        const ReadsTriedOnce once;
        MappedFile file(offer.path);
        const auto all = file.bytes();
        if (all.size() != bytes + offer.mark.size()) continue;
        if (!std::ranges::equal(all.subspan(bytes), std::as_bytes(std::span(offer.mark)))) continue;
        weights_ = all.first(bytes);
        mapped_.emplace(std::move(file));
        return true;
      } catch (const Error&) {
        // Another container's process of that number, or none.
      }
    }
    log::warning("rank {} cannot share the weights of another rank of {} and holds a copy of its own",
                 comm_.rank(), host_name());
    return false;
  }

  Communicator& comm_;
  std::unique_ptr<WeightMemory> own_;
  std::optional<SharedMemory> shared_;
  std::optional<MappedFile> mapped_;
  std::span<const std::byte> weights_;
};

}  // namespace

std::unique_ptr<WeightMemory> make_node_weight_memory(Communicator& comm) {
  return std::make_unique<SharedWeights>(comm);
}

}  // namespace shoal
