// What captions name: tags by Unicode's rule, handles, and entities.
#include "shoal/text/caption_tags.hpp"

#include <gtest/gtest.h>

#include "shoal/text/unicode.hpp"

namespace shoal {
namespace {

using Words = std::vector<std::string>;

TEST(HashtagsIn, AreLettersDigitsAndUnderscoresOfAllScripts) {
  EXPECT_EQ(hashtags_in("#Sea_2017 at #münchen, #지하철패션; #سعود_الدوسري!"),
            (Words{"Sea_2017", "münchen", "지하철패션", "سعود_الدوسري"}));
  EXPECT_EQ(hashtags_in("#ḱlima #k\u0301lima"), (Words{"ḱlima", "k\u0301lima"})) << "composed and not";
  EXPECT_EQ(hashtags_in("#हिन्दी #ไทย #CO₂ #top①"), (Words{"हिन्दी", "ไทย", "CO₂", "top①"}));
  EXPECT_EQ(hashtags_in("no tag"), Words{});
  EXPECT_EQ(hashtags_in(""), Words{});
}

TEST(HashtagsIn, AreEmojiToo) {
  EXPECT_EQ(hashtags_in("#climate❤change #🌍 #🇫🇷 #✊🏻"),
            (Words{"climate❤change", "🌍", "🇫🇷", "✊🏻"}));
  EXPECT_EQ(hashtags_in("#👩\u200d👧 #1\ufe0f\u20e3st"), (Words{"👩\u200d👧", "1\ufe0f\u20e3st"}));
  EXPECT_EQ(hashtags_in("#Nike® #anna© #well‼ #star☆ #next\U0001faff"),
            (Words{"Nike", "anna", "well", "star", "next\U0001faff"}))
      << "the last is reserved for an emoji";
}

TEST(HashtagsIn, KeepJoinersInsideAndNothingUnseenAtTheirEnds) {
  EXPECT_EQ(hashtags_in("#می\u200cخواهم"), (Words{"می\u200cخواهم"})) << "Persian";
  EXPECT_EQ(hashtags_in("#❤\ufe0f #\ufe0fvegan\u200d #\ufe0f"), (Words{"❤", "vegan"}));
  EXPECT_EQ(hashtags_in("#sea\u200bside #soft\u00adhyphen"), (Words{"sea", "soft"}));
}

TEST(HashtagsIn, EndAtPunctuation) {
  EXPECT_EQ(hashtags_in("#rock-n-roll #a+b #it's #wow! #x.y"), (Words{"rock", "a", "it", "wow", "x"}));
  EXPECT_EQ(hashtags_in("#col·laboració #a· #·b"), (Words{"col·laboració", "a"}));
  EXPECT_EQ(hashtags_in("# a #(b) #- #"), Words{});
}

TEST(HashtagsIn, BeginBehindAnythingButAnAmpersand) {
  EXPECT_EQ(hashtags_in("#münchen#berlin ##a con la#Luna 妈妈#home ❤\ufe0f#love (#b)"),
            (Words{"münchen", "berlin", "a", "Luna", "home", "love", "b"}));
  EXPECT_EQ(hashtags_in("it&#39;s &#x27;"), Words{}) << "entities that nobody decoded";
}

TEST(HashtagsIn, MayBeNumbers) { EXPECT_EQ(hashtags_in("we are #1 of #2017"), (Words{"1", "2017"})); }

TEST(HashtagsIn, BeginAtWideAndSmallSigns) {
  EXPECT_EQ(hashtags_in("＃写真 ﹟small ＃＃two \uff03\ufe0f"), (Words{"写真", "small", "two"}));
  EXPECT_EQ(hashtags_in("\uff21\uff0c\uff5e❤\ufe0f#x"), (Words{"x"}))
      << "other characters that begin with that byte";
}

TEST(HashtagsIn, DoNotBeginWithAMark) {
  EXPECT_EQ(hashtags_in("#\ufe0f\u20e3 pages #\u20e3 #\u0301a"), Words{});
  EXPECT_EQ(hashtags_in("#\ufe0f\u20e3love #\u20e3 #love"), (Words{"love"}));
}

TEST(HashtagsIn, AreNoPartsOfWebAddresses) {
  for (const char* caption :
       {"https://x.y/#frag", "www.x.de/a.html#b", "(HTTP://x.y/?q=a#b#c)", "bit.ly/2abc#t", "WWW.x.de/#a",
        "see x-y.co.uk/p?a=(b)#c", "https://de.wikipedia.org/wiki/München#Lage", "a://b#c"})
    EXPECT_EQ(hashtags_in(caption), Words{}) << caption;
  EXPECT_EQ(hashtags_in("https://x.y/a #b\nhttps://x.y/c\n#d"), (Words{"b", "d"}));
  EXPECT_EQ(hashtags_in("(www.x.de)#a https://x.y/a看#标签 http://x.y🌍#c"), (Words{"a", "标签", "c"}));
  EXPECT_EQ(hashtags_in("Fri.Sat/#a and/or#b and./#c ://#d https:/#e @anna.de/#f awww.x#g x.y#h"),
            (Words{"a", "b", "c", "d", "e", "f", "g", "h"}));
}

TEST(HashtagsIn, AreToldOnceInOrderOfFirstUse) {
  EXPECT_EQ(hashtags_in("#b #a #b #B"), (Words{"b", "a", "B"}));
}

TEST(HashtagsIn, EndAtBytesThatAreNoText) {
  EXPECT_EQ(hashtags_in("#a\xff"
                        "b #\xc3 \xef#c\xef"),
            (Words{"a", "c"}));
}

TEST(MentionsIn, AreHandlesAsTheyAreWritten) {
  EXPECT_EQ(mentions_in("by @Anna.K_01, @bea... and (@c_d)! ＠e ﹫f @@g @1"),
            (Words{"Anna.K_01", "bea", "c_d", "e", "f", "g", "1"}));
  EXPECT_EQ(mentions_in("@a..b @.c @ d @"), (Words{"a"})) << "points stand alone and inside";
  EXPECT_EQ(mentions_in("@anna @bea @anna"), (Words{"anna", "bea"}));
  EXPECT_EQ(mentions_in("no sign"), Words{});
}

TEST(MentionsIn, EndWhereAnotherScriptBegins) {
  EXPECT_EQ(mentions_in("@annaさん @bea와 @c❤ @d\ufe0f"), (Words{"anna", "bea", "c", "d"}));
  EXPECT_EQ(mentions_in("@müller @anna\u0301 @ñ"), Words{}) << "the beginning would be somebody else's";
}

TEST(MentionsIn, DoNotStandInMailOrWebAddresses) {
  EXPECT_EQ(mentions_in("mail info@example.org, a.b_@example.org, x-@example.org"), Words{});
  EXPECT_EQ(mentions_in("https://medium.com/@anna www.x.de/@anna bit.ly/@anna"), Words{});
  EXPECT_EQ(mentions_in("____@a my joy.@b.k -@c.d x_@e 写真@f ✉\ufe0f@g"),
            (Words{"a", "b.k", "c.d", "e", "f", "g"}));
}

TEST(MentionsIn, MayFollowEachOtherAndTags) {
  EXPECT_EQ(mentions_in("@anna@bea @c.de/@e #film@f"), (Words{"anna", "bea", "c.de", "e", "f"}));
}

TEST(DecodeEntities, GivesNamedAndNumberedCharacters) {
  EXPECT_EQ(decode_entities("R&amp;B &lt;3 &gt; &quot;a&quot; it&#39;s it&apos;s"),
            "R&B <3 > \"a\" it's it's");
  EXPECT_EQ(decode_entities("&#x1F600;&#X1f600;&#128512;&nbsp;&#35;m&uuml;nchen &euro;"),
            "😀😀😀\u00a0#münchen €");
  EXPECT_EQ(decode_entities("it&#146;s &#10;"), "it’s \n") << "as browsers do";
  EXPECT_EQ(decode_entities("plain"), "plain");
}

TEST(DecodeEntities, DecodesOnce) { EXPECT_EQ(decode_entities("&amp;lt; &amp;#39;"), "&lt; &#39;"); }

TEST(DecodeEntities, LeavesWhatIsNone) {
  for (const char* text :
       {"R&B",        "a & b;",         "&;",          "&#;",    "&#x;", "&#-39;", "&#xg;",  "&#39",
        "&amp",       "&nosuch;",       "&AMPERSAND;", "&#0;",   "&#7;", "&#127;", "&#129;", "&#xD800;",
        "&#x110000;", "&#99999999999;", "&",           "&#x 39;"})
    EXPECT_EQ(decode_entities(text), text);
  EXPECT_EQ(decode_entities("&&amp;"), "&&");
}

TEST(CaptionsWithMillionsOfSigns, AreReadOnce) {
  for (const char* piece : {"#",   "@",    "#a", "@a", "a#", "a@", "/", "a/",  "a.bc/", "www.",
                            "://", "a://", "(",  "＃", "&",  "&#", "·", "#a·", "_",     "#\u200d"}) {
    std::string caption;
    while (caption.size() < 300'000) caption += piece;
    caption += " #end @end";
    EXPECT_EQ(hashtags_in(caption).empty(), false) << piece;
    EXPECT_EQ(mentions_in(caption).empty(), false) << piece;
    EXPECT_EQ(decode_entities(caption), caption);
  }
}

}  // namespace
}  // namespace shoal
