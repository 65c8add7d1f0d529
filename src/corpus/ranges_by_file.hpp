// The ranges of a file meet at its hash owner, whatever ranks have read them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "read_unit.hpp"
#include "shoal/base/digest.hpp"
#include "shoal/comm/objects.hpp"
#include "shoal/data/unit.hpp"

namespace shoal {

/// What the others of a file need to know of a range.
template <class Told>
struct ToldRange {
  std::string path;
  std::int64_t offset = 0;
  Told told{};

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& path& offset& told;
  }
};

/// A range, and where its answer belongs.
template <class Told, class Answer>
struct AskedRange {
  const ToldRange<Told>* range;
  Answer* answer;
};

/// Of each rank's ranges the answers, in the same order.
template <class Answer, class Told, class Join>
std::vector<std::vector<Answer>> joined_by_file(const std::vector<std::vector<ToldRange<Told>>>& by_reader,
                                                const Join& join) {
  std::vector<std::vector<Answer>> answers;
  std::map<std::string_view, std::vector<AskedRange<Told, Answer>>> files;
  for (const auto& ranges : by_reader) {
    auto& of_reader = answers.emplace_back(ranges.size());
    for (std::size_t i = 0; i < ranges.size(); ++i)
      files[ranges[i].path].push_back({&ranges[i], &of_reader[i]});
  }
  for (auto& [path, ranges] : files) {
    std::ranges::sort(ranges, {}, [](const auto& asked) { return asked.range->offset; });
    join(ranges);
  }
  return answers;
}

/// Calls join(asked) for each file on one rank. asked: all ranges of the file, by offset, for which
/// is_asked(unit) holds, each with what tell(i) says of the rank's unit i. Returns the answers by unit; those
/// of other units are as they are made. Collective.
template <class Answer, class IsAsked, class Tell, class Join>
std::vector<Answer> ask_of_files(Communicator& comm, const std::vector<Unit>& units, const IsAsked& is_asked,
                                 const Tell& tell, const Join& join) {
  using Told = decltype(tell(std::size_t{}));
  const auto owners = static_cast<std::size_t>(comm.size());
  std::vector<std::vector<ToldRange<Told>>> asked(owners);
  std::vector<std::vector<std::size_t>> asking(owners);  // the unit of each that is asked
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (!is_asked(units[i])) continue;
    const std::size_t owner = hash_bits(units[i].path) % owners;
    asked[owner].push_back({units[i].path, units[i].offset, tell(i)});
    asking[owner].push_back(i);
  }
  auto by_owner =
      all_to_all_objects(comm, joined_by_file<Answer>(all_to_all_objects(comm, std::move(asked)), join));
  std::vector<Answer> answers(units.size());
  for (std::size_t owner = 0; owner < owners; ++owner) {
    for (std::size_t i = 0; i < asking[owner].size(); ++i) {
      answers[asking[owner][i]] = std::move(by_owner[owner][i]);
    }
  }
  return answers;
}

}  // namespace shoal
