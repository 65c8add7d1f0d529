// Any bytes as JSON with vectors, in pieces of two sizes, and as lists of ids: the same of both, and an end.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "pipeline/given/id_lines.hpp"
#include "pipeline/given/json_vectors.hpp"
#include "shoal/base/error.hpp"

namespace {

/// What a text holds, as text.
std::string members_of(std::string_view text, std::size_t piece) {
  std::size_t at = 0;
  shoal::VectorMembers members(
      [&] {
        const std::string part(at < text.size() ? text.substr(at, piece) : std::string_view());
        at += piece;
        return part;
      },
      "a.json");
  std::string all;
  try {
    for (shoal::NamedVector member; members.next(member);) {
      all += member.name + (member.all_numbers ? "+" : "-");
      for (const float number : member.numbers) all += std::to_string(number) + " ";
    }
  } catch (const shoal::InputError& error) {
    all += error.what();
  }
  return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (members_of(text, 3) != members_of(text, size + 1)) std::abort();
  for (const auto column : {shoal::IdColumn::line, shoal::IdColumn::comma, shoal::IdColumn::tab}) {
    if (shoal::ids_in(text, column, 1'000'000).size() > size) std::abort();
  }
  return 0;
}
