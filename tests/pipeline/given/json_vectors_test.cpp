// Objects of vectors, cut into pieces anywhere.
#include "pipeline/given/json_vectors.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using ::testing::HasSubstr;

/// All members of a text that comes in pieces of some bytes, one a line; or the error.
std::string members_of(const std::string& text, std::size_t piece = 1000) {
  std::size_t at = 0;
  VectorMembers members(
      [&] {
        const std::string part = at < text.size() ? text.substr(at, piece) : "";
        at += piece;
        return part;
      },
      "a.json");
  std::string all;
  try {
    for (NamedVector member; members.next(member);) {
      all += fmt::format("{}: {}{}\n", member.name, fmt::join(member.numbers, " "),
                         !member.is_list       ? "no list"
                         : !member.all_numbers ? " and what is no number"
                                               : "");
    }
  } catch (const InputError& error) {
    return all + error.what();
  }
  return all;
}

constexpr const char* kText =
    "\xEF\xBB\xBF {\"a.jpg\": [\"0.5\", \"-1e2\"] ,\n \"b\\u00fc\\\".jpg\":[1,2.5], \"c\": [ ] }\n";

TEST(VectorMembers, ReadsNumbersAndTextsOfNumbers) {
  EXPECT_EQ(members_of(kText), "a.jpg: 0.5 -100\nbü\".jpg: 1 2.5\nc: \n");
  EXPECT_EQ(members_of("{}"), "");
}

TEST(VectorMembers, DoesNotDependOnWhereATextIsCut) {
  for (std::size_t piece = 1; piece <= std::string(kText).size(); ++piece)
    EXPECT_EQ(members_of(kText, piece), members_of(kText)) << piece;
}

TEST(VectorMembers, TellsWhatIsNoNumberFromWhatIsNotFinite) {
  EXPECT_EQ(members_of(R"({"a": [NaN, "inf", "-Infinity", 1e999, 1e-999, "+2"]})"),
            "a: nan inf -inf inf 0 2\n");
  EXPECT_THAT(members_of(R"({"a": [1, "x", null, "", "1 2"]})"), HasSubstr("and what is no number"));
}

TEST(VectorMembers, PassesMembersThatAreNoListsOfNumbers) {
  const std::string long_text(3000, 'x');
  const std::string text = R"({"a": null, "b": {"c": ["]}\"", {}, 1]} , "d": "e\"}", "f": -1.5e3, "g":true,)"
                           R"("h": [1, [2, {"i": "]"}], ")" +
                           long_text + R"(", 3], "j": ")" + long_text + R"(", "k": [4], "l": None})";
  EXPECT_EQ(members_of(text),
            "a: no list\nb: no list\nd: no list\nf: no list\ng: no list\nh: 1 0 0 3 and what is no number\n"
            "j: no list\nk: 4\nl: no list\n");
  for (std::size_t piece = 1; piece < 9; ++piece)
    EXPECT_EQ(members_of(text, piece), members_of(text)) << piece;
}

TEST(VectorMembers, RefusesWhatCannotBeFollowed) {
  EXPECT_THAT(members_of(R"([1, 2])"), HasSubstr("there is '[' where '{' should be"));
  EXPECT_THAT(members_of(R"({"a": [1]} {})"), HasSubstr("something follows"));
  EXPECT_THAT(members_of(R"({"a": [1], })"), HasSubstr("'}' where '\"'"));
  EXPECT_THAT(members_of(R"({"a\q": [1]})"), HasSubstr("a name is damaged"));
  EXPECT_THAT(members_of(R"({"a": })"), HasSubstr("there is '}' where a value should be"));
  EXPECT_THAT(members_of(R"({"a": nul l, "b": [1]})"), HasSubstr("there is 'l' where '}' should be"));
  EXPECT_THAT(members_of(R"({"a": {"b": [1}]})"), HasSubstr("there is '}' where ']' should be"));
  EXPECT_THAT(members_of(R"({"a": [1}, "b": [2]})"), HasSubstr("a list is damaged"));
  EXPECT_THAT(members_of(R"({"a": )" + std::string(600, '[')), HasSubstr("more than 512 deep"));
  // g++ 12 warns of sums of such texts.
  std::string long_name(70000, 'n');
  long_name.insert(0, R"({")");
  long_name.append(R"(": [1]})");
  EXPECT_THAT(members_of(long_name), HasSubstr("a name has more"));
}

TEST(VectorMembers, SaysWhereATextBreaksOff) {
  const std::string text = R"({"a": [1, 2], "b": [3, 4]})";
  for (std::size_t bytes = 1; bytes < text.size(); ++bytes)
    EXPECT_THAT(members_of(text.substr(0, bytes)), HasSubstr("it breaks off")) << bytes;
  EXPECT_THAT(members_of(text.substr(0, 20)), HasSubstr("behind 1 members it breaks off"));
  const std::string others = R"({"a": {"b": ["c"]}, "d": null})";
  for (std::size_t bytes = 1; bytes < others.size(); ++bytes)
    EXPECT_THAT(members_of(others.substr(0, bytes)), HasSubstr("it breaks off")) << bytes;
}

}  // namespace
}  // namespace shoal
