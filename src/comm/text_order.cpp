// A text travels with where it stands; places come back there.
#include "shoal/comm/text_order.hpp"

#include <utility>

#include "shoal/comm/row_exchange.hpp"
#include "shoal/comm/sample_sort.hpp"

namespace shoal {
namespace {

using PlacedText = PlacedValue<std::string>;

struct Place {
  std::int64_t position;
  std::int64_t place;
};

}  // namespace

std::vector<std::int64_t> places_by_text(Communicator& comm, std::span<const std::string> texts) {
  std::vector<PlacedText> mine;
  mine.reserve(texts.size());
  for (const std::string& text : texts) mine.push_back({text, comm.rank(), std::ssize(mine)});
  const std::vector<PlacedText> sorted = sample_sort(comm, std::move(mine));
  std::int64_t place = comm.exclusive_sum(std::ssize(sorted));
  std::vector<std::vector<Place>> answers(static_cast<std::size_t>(comm.size()));
  for (const PlacedText& text : sorted)
    answers[static_cast<std::size_t>(text.rank)].push_back({text.place, place++});
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
