// Hashtags and entities beside what Python's regex and html say of them: golden/hashtags.txt, which
// tools/judges writes.
#include <gtest/gtest.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <fstream>
#include <ios>
#include <sstream>

#include "shoal/text/caption_tags.hpp"

namespace shoal {
namespace {

/// Texts of a line: characters as hexadecimal numbers, '|' between texts.
std::vector<std::string> texts_of(std::istringstream& line) {
  std::vector<std::string> texts(1);
  for (std::string word; line >> word;) {
    if (word == "|")
      texts.emplace_back();
    else
      icu::UnicodeString(static_cast<UChar32>(std::stoul(word, nullptr, 16))).toUTF8String(texts.back());
  }
  return texts;
}

/// Calls judge(rest of the line) for each line of a kind; returns how many there are.
template <class Judge>
int each_line(const std::string& kind, const Judge& judge) {
  std::ifstream golden(SHOAL_TEST_DIR "/golden/hashtags.txt");
  int lines = 0;
  for (std::string text; std::getline(golden, text);) {
    std::istringstream line(text);
    std::string word;
    if (!(line >> word) || word != kind) continue;
    judge(line);
    ++lines;
  }
  return lines;
}

TEST(Hashtags, GoOnOverTheCharactersThatPythonsRegexNames) {
  for (const bool goes_on : {true, false}) {
    const int lines = each_line(goes_on ? "tag" : "none", [&](std::istringstream& line) {
      UChar32 first = 0;
      UChar32 last = 0;
      line >> std::hex >> first >> last;
      for (UChar32 c = first; c <= last; ++c) {
        const bool older_icu = !u_isdefined(c);
        const bool middle_dot = c == 0xB7 || c == 0x387;
        const bool sign = c == 0xFF03 || c == 0xFE5F;
        if (older_icu || middle_dot || sign) continue;
        std::string caption = "#a";
        icu::UnicodeString(c).toUTF8String(caption);
        caption += "b";
        EXPECT_EQ(hashtags_in(caption).front() == caption.substr(1), goes_on) << std::hex << c;
      }
    });
    EXPECT_GT(lines, 400) << "golden/hashtags.txt is cut short";
  }
}

TEST(Hashtags, AreThoseThatPythonsRegexFinds) {
  const int captions = each_line("caption", [](std::istringstream& line) {
    const std::vector<std::string> texts = texts_of(line);
    EXPECT_EQ(hashtags_in(texts.front()), (std::vector<std::string>(texts.begin() + 1, texts.end())))
        << texts.front();
  });
  EXPECT_GT(captions, 250) << "golden/hashtags.txt is cut short";
}

TEST(Entities, AreThoseThatPythonsHtmlDecodes) {
  const int entities = each_line("entity", [](std::istringstream& line) {
    const std::vector<std::string> texts = texts_of(line);
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_EQ(decode_entities(texts[0]), texts[1]);
  });
  EXPECT_GT(entities, 253) << "golden/hashtags.txt is cut short";
}

}  // namespace
}  // namespace shoal
