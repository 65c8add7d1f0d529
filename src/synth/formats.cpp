// The table of formats that are written.
#include "formats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "shoal/base/error.hpp"

namespace shoal {

std::span<const PostWriter> post_writers() {
  static constexpr std::array kWriters{
      PostWriter{"profile", AccountFiles{"profiles", ".json", profile_json}},
      PostWriter{"zeeschuimer", RecordFiles{"posts", ".ndjson", zeeschuimer_line}},
  };
  return kWriters;
}

const PostWriter& post_writer(std::string_view name) {
  const auto writers = post_writers();
  const auto writer = std::find_if(writers.begin(), writers.end(),
                                   [&](const PostWriter& candidate) { return candidate.name == name; });
  if (writer != writers.end()) return *writer;
  std::vector<std::string_view> names;
  for (const PostWriter& known : writers) names.push_back(known.name);
  throw UsageError(
      fmt::format("a made corpus cannot be written as '{}'; there are: {}", name, fmt::join(names, ", ")));
}

}  // namespace shoal
