// A sample of all texts says where ranges end; texts go to the rank that sorts their range, places come back.
#include "shoal/comm/text_order.hpp"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <utility>

#include "shoal/comm/objects.hpp"
#include "shoal/comm/row_exchange.hpp"

namespace shoal {
namespace {

/// Texts that a rank adds to the sample. With s of each of R ranks no range is likely to be longer than
/// 1 + 4 / sqrt(s) shares.
constexpr std::size_t kSample = 64;

std::vector<std::size_t> sorted_order(std::span<const std::string> texts) {
  std::vector<std::size_t> order(texts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, {}, [&](std::size_t i) -> const std::string& { return texts[i]; });
  return order;
}

/// Where the ranges of the second to the last rank begin.
std::vector<std::string> agree_on_bounds(Communicator& comm, std::span<const std::string> texts,
                                         std::span<const std::size_t> order) {
  std::vector<std::string> mine;
  const std::size_t count = std::min(kSample, order.size());
  for (std::size_t i = 0; i < count; ++i) mine.push_back(texts[order[i * order.size() / count]]);
  std::vector<std::string> sample;
  for (auto& part : all_gather_objects(comm, mine)) std::ranges::move(part, std::back_inserter(sample));
  std::ranges::sort(sample);
  std::vector<std::string> bounds;
  const auto ranks = static_cast<std::size_t>(comm.size());
  for (std::size_t rank = 1; rank < ranks && !sample.empty(); ++rank)
    bounds.push_back(sample[rank * sample.size() / ranks]);
  return bounds;
}

struct Arrived {
  std::string_view text;
  std::size_t rank;
  std::size_t position;  ///< among those of the rank
};

}  // namespace

std::vector<std::int64_t> places_by_text(Communicator& comm, std::span<const std::string> texts) {
  const auto ranks = static_cast<std::size_t>(comm.size());
  const std::vector<std::size_t> order = sorted_order(texts);
  const std::vector<std::string> bounds = agree_on_bounds(comm, texts, order);
  std::vector<std::vector<std::string>> outgoing(ranks);
  std::vector<std::vector<std::size_t>> sent(ranks);
  for (const std::size_t i : order) {
    // Equal texts go to one rank, as only there can their order be told.
    const auto rank = static_cast<std::size_t>(std::ranges::upper_bound(bounds, texts[i]) - bounds.begin());
    outgoing[rank].push_back(texts[i]);
    sent[rank].push_back(i);
  }
  const auto incoming = all_to_all_objects(comm, std::move(outgoing));
  std::vector<Arrived> arrived;
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    for (std::size_t i = 0; i < incoming[rank].size(); ++i) arrived.push_back({incoming[rank][i], rank, i});
  }
  // They came by rank, and sorted within a rank with equal ones in their order.
  std::ranges::stable_sort(arrived, {}, &Arrived::text);
  std::int64_t place = comm.exclusive_sum(std::ssize(arrived));
  std::vector<std::vector<std::int64_t>> found(ranks);
  for (std::size_t rank = 0; rank < ranks; ++rank) found[rank].resize(incoming[rank].size());
  for (const Arrived& text : arrived) found[text.rank][text.position] = place++;
  std::vector<Bytes> answers;
  for (const auto& part : found) answers.push_back(bytes_of(part));
  const std::vector<Bytes> received = comm.all_to_all(std::move(answers));
  std::vector<std::int64_t> places(texts.size());
  for (std::size_t rank = 0; rank < ranks; ++rank) {
    const auto part = values_of<std::int64_t>(received[rank]);
    for (std::size_t i = 0; i < part.size(); ++i) places[sent[rank][i]] = part[i];
  }
  return places;
}

}  // namespace shoal
