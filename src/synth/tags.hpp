// Hashtags of a post of a given group: as in real corpora, a few that very many use and very many that few
// use.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "distributions.hpp"

namespace shoal {

class TagMaker {
 public:
  /// exponent: of Zipf's law of the tags that everybody uses, over 1; the nearer to 1, the more of them are
  /// rare. A group has fewer words than the whole world: the exponent of its list is larger by 0.3.
  TagMaker(int groups, double exponent);

  /// Distinct hashtags with #, some of the group and some that everybody uses; often none.
  [[nodiscard]] std::vector<std::string> draw(int group, Dice& dice) const;

  /// The tag of a rank, from 1, in a group's list; without #. The first ones are words of vocabulary.hpp, the
  /// others made ones, and no two lists share a word.
  [[nodiscard]] std::string of_group(int group, std::int64_t rank) const;
  /// The same in the list that everybody uses.
  [[nodiscard]] std::string shared(std::int64_t rank) const;

 private:
  [[nodiscard]] std::string draw_one(int group, Dice& dice) const;
  [[nodiscard]] std::string made_tag(std::int64_t place, int list) const;

  int groups_;
  ZipfLaw shared_ranks_;
  ZipfLaw group_ranks_;
};

}  // namespace shoal
