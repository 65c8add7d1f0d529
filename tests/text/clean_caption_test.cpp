// What encoders see of a caption.
#include "shoal/text/clean_caption.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

constexpr CaptionCleaning kNothing{false, false, false, false, CaptionTags::keep};

std::string without(const std::string& caption, void (*set)(CaptionCleaning&)) {
  CaptionCleaning cleaning = kNothing;
  set(cleaning);
  return clean_caption(caption, cleaning);
}

std::string without_addresses(const std::string& caption) {
  return without(caption, [](CaptionCleaning& cleaning) { cleaning.addresses = true; });
}
std::string without_handles(const std::string& caption) {
  return without(caption, [](CaptionCleaning& cleaning) { cleaning.handles = true; });
}
std::string without_emoji(const std::string& caption) {
  return without(caption, [](CaptionCleaning& cleaning) { cleaning.emoji = true; });
}
std::string without_space(const std::string& caption) {
  return without(caption, [](CaptionCleaning& cleaning) { cleaning.space = true; });
}
std::string with_tags_as_words(const std::string& caption) {
  return without(caption, [](CaptionCleaning& cleaning) { cleaning.tags = CaptionTags::as_words; });
}
std::string without_tags(const std::string& caption) {
  return without(caption, [](CaptionCleaning& cleaning) { cleaning.tags = CaptionTags::remove; });
}

TEST(CleanCaption, GivesTheWordsOfACaption) {
  EXPECT_EQ(clean_caption("Big Sur 🐚\n.\nby @anna.k, see https://x.y/#a 🌍🌍 #ocean #SaveTheSea❤\ufe0f", {}),
            "Big Sur . by , see ocean SaveTheSea");
  EXPECT_EQ(clean_caption("", {}), "");
  EXPECT_EQ(clean_caption("🌍 @anna", {}), "");
}

TEST(CleanCaption, LeavesWhatNoSwitchTakesOut) {
  const std::string caption = " a  #b @c  c@d.e 🌍 https://x.y/ ";
  EXPECT_EQ(clean_caption(caption, kNothing), caption);
}

TEST(CleanCaption, TakesOutWebAddresses) {
  EXPECT_EQ(without_addresses("see https://x.y/a?b=(c)#d, www.e.org. (bit.ly/f) or g.h"),
            "see , . () or g.h");
  EXPECT_EQ(without_addresses("看http://x.y/a看 ftp://b!"), "看 看 !");
}

TEST(CleanCaption, TakesOutHandlesAndMailAddresses) {
  EXPECT_EQ(without_handles("by @anna.k, ＠bea! info@sub-host.org, a.b+c@example.org."), "by , ! , .");
  EXPECT_EQ(without_handles("5 @ 3, @müller, https://x.y/@anna"), "5 @ 3, @müller, https://x.y/@anna");
  EXPECT_EQ(without_handles("x_@anna-marie.de @anna-marie"), " -marie");
}

TEST(CleanCaption, TakesOutEmojiWithAllThatBelongsToThem) {
  EXPECT_EQ(
      without_emoji(
          "a👩\u200d❤\ufe0f\u200d👨 b✊🏻 c🇫🇷 d1\ufe0f\u20e3 e#\ufe0f\u20e3 f\u2764\ufe0e"),
      "a b c d e f");
  EXPECT_EQ(without_emoji("\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f!"), "!")
      << "England";
  EXPECT_EQ(without_emoji("1 2 # * © ™ wow‼ ☆"), "1 2 # * © ™ wow‼ ☆");
  EXPECT_EQ(without_emoji("©\ufe0f wow‼\ufe0f"), " wow") << "asked for as pictures";
  EXPECT_EQ(without_emoji("می\u200cخواهم क्\u200dष"), "می\u200cخواهم क्\u200dष") << "joiners of words";
}

TEST(CleanCaption, DoesNotJoinWords) {
  EXPECT_EQ(without_emoji("love❤hate, great❤! ❤a"), "love hate, great! a");
  EXPECT_EQ(with_tags_as_words("la#Luna #a#b"), "la Luna a b");
  EXPECT_EQ(clean_caption("#climate❤change", {}), "climate change");
}

TEST(CleanCaption, KeepsTagsAsWordsOrTakesThemOut) {
  EXPECT_EQ(with_tags_as_words("＃写真 #save_it, &#39; https://x.y/#a"),
            "写真 save_it, &#39; https://x.y/#a");
  EXPECT_EQ(without_tags("so #sea, #❤\ufe0f #b\u200d."), "so ,  .");
}

TEST(CleanCaption, LeavesOneSpaceOfAnyKindBetweenWords) {
  EXPECT_EQ(without_space(" a \t\r\n b\u00a0\u3000c\u2028d \n"), "a b c d");
  EXPECT_EQ(without_space(" \u2003"), "");
}

TEST(CleanCaption, KeepsBytesThatAreNoText) {
  EXPECT_EQ(clean_caption("a\xff \xe2\x82 b", {}), "a\xff \xe2\x82 b");
}

}  // namespace
}  // namespace shoal
