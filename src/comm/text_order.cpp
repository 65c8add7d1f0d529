// A text travels with where it stands; places come back there.
#include "shoal/comm/text_order.hpp"

#include <tuple>
#include <utility>

#include "shoal/comm/row_exchange.hpp"
#include "shoal/comm/sample_sort.hpp"

namespace shoal {
namespace {

struct StandingText {
  std::string text;
  std::int64_t rank = 0;
  std::int64_t position = 0;  ///< among the rank's

  friend bool operator<(const StandingText& a, const StandingText& b) {
    return std::tie(a.text, a.rank, a.position) < std::tie(b.text, b.rank, b.position);
  }
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& text& rank& position;
  }
};

struct Place {
  std::int64_t position;
  std::int64_t place;
};

}  // namespace

std::vector<std::int64_t> places_by_text(Communicator& comm, std::span<const std::string> texts) {
  std::vector<StandingText> mine;
  mine.reserve(texts.size());
  for (const std::string& text : texts) mine.push_back({text, comm.rank(), std::ssize(mine)});
  const std::vector<StandingText> sorted = sample_sort(comm, std::move(mine));
  std::int64_t place = comm.exclusive_sum(std::ssize(sorted));
  std::vector<std::vector<Place>> answers(static_cast<std::size_t>(comm.size()));
  for (const StandingText& text : sorted)
    answers[static_cast<std::size_t>(text.rank)].push_back({text.position, place++});
  std::vector<Bytes> outgoing;
  for (const auto& part : answers) outgoing.push_back(bytes_of(part));
  std::vector<std::int64_t> places(texts.size());
  for (const Bytes& part : comm.all_to_all(std::move(outgoing))) {
    for (const Place& found : values_of<Place>(part))
      places[static_cast<std::size_t>(found.position)] = found.place;
  }
  return places;
}

}  // namespace shoal
