// Who asked to be forgotten stands neither among mentions nor in captions of others.
#include "forgotten_mentions.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

const IsForgotten kAnna = [](const std::string& key) { return key == "anna"; };

std::string without_anna(const std::string& caption, const std::vector<std::string>& mentions = {}) {
  return without_forgotten_handles(caption, mentions, {}, kAnna);
}

TEST(ForgottenMentions, LeaveTheListAndTheCaption) {
  Post post;
  post.mentions = {"bea", "anna", "anna.c"};
  post.caption = "with @Anna, @bea and @anna.c";
  forget_mentions(post, kAnna);
  EXPECT_EQ(post.mentions, (std::vector<std::string>{"bea", "anna.c"}));
  EXPECT_EQ(post.caption, "with @, @bea and @anna.c");
}

TEST(ForgottenMentions, AreThoseOfTheirPlatform) {
  Post post;
  post.platform = "x";
  post.mentions = {"x:bea", "x:anna"};
  post.caption = "with @Anna, @bea, anna@y.org, and instagram.com/anna";
  Post same = post;
  forget_mentions(post, [](const std::string& key) { return key == "x:anna"; });
  EXPECT_EQ(post.mentions, std::vector<std::string>{"x:bea"});
  EXPECT_EQ(post.caption, "with @, @bea, @y.org, and instagram.com/anna");
  forget_mentions(same, kAnna);
  EXPECT_EQ(same.caption, "with @Anna, @bea, anna@y.org, and instagram.com/") << "that is Instagram's anna";
}

TEST(ForgottenMentions, HandlesGoBehindEverySpellingOfTheSign) {
  EXPECT_EQ(without_anna("@anna @ANNA. @@anna! @anna"), "@ @. @@! @");
  EXPECT_EQ(without_anna("\uff20anna \ufe6banna @\u200banna"), "\uff20 \ufe6b @");
  EXPECT_EQ(without_anna("@anna\u2019s dog, @anna-made, @anna@bea@anna"), "@\u2019s dog, @-made, @@bea@");
}

TEST(ForgottenMentions, NamesThatBeginAlikeAndWordsStay) {
  for (const char* caption :
       {"@annabel @anna_c @anna.c @an", "anna is here, #anna", "@ anna", "@", "", "@\u00e4nna", "\xff@\xff",
        "savannah@x.org", "https://www.instagram.com/annabel/", "instagram.com/p/anna", "instagram.com/"})
    EXPECT_EQ(without_anna(caption), caption);
}

TEST(ForgottenMentions, MentionsTellWhereAHandleEnds) {
  EXPECT_EQ(without_anna("by @anna.Great!", {"anna"}), "by @.Great!");
  EXPECT_EQ(without_anna("by @anna.Great!", {"anna", "anna.great"}), "by @anna.Great!");
  EXPECT_EQ(without_anna("by @anna-b", {"anna-b"}), "by @anna-b");
}

TEST(ForgottenMentions, AddressesNameNobodyWhoIsForgotten) {
  EXPECT_EQ(without_anna("mail anna@example.org"), "mail @example.org");
  EXPECT_EQ(without_anna("\u2709anna@example.org"), "\u2709@example.org");
  EXPECT_EQ(without_anna("see https://www.Instagram.com/Anna/reels/?hl=de, instagram.com/anna."),
            "see https://www.Instagram.com//reels/?hl=de, instagram.com/.");
  EXPECT_EQ(without_anna("(instagram.com/stories/anna) instagram.com/bea instagram.com/anna"),
            "(instagram.com/stories/) instagram.com/bea instagram.com/");
}

TEST(ForgottenMentions, LongWordsTakeNoTime) {
  std::string word = "@";
  for (int i = 0; i < 1'000'000; ++i) word += "\u00e4";
  EXPECT_EQ(without_anna(word), word);
}

}  // namespace
}  // namespace shoal
