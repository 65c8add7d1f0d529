// Numbers spelt in syllables. Case folding and NFC leave all letters here as they are.
#include "made_words.hpp"

#include <array>

namespace shoal {
namespace {

using W = std::string_view;

constexpr W kLatinOnsets[] = {"b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v"};
constexpr W kLatinVowels[] = {"a", "e", "i", "o", "u"};
constexpr W kPlainEndings[] = {"ix", "ovy", "urn", "esk", "ilo", "anda", "yta"};
constexpr W kAccentedEndings[] = {"né", "ção", "šek", "ğan", "łyk", "ñuz", "rör", "ằng", "dž"};
constexpr W kCyrillicOnsets[] = {"б", "в", "г", "д", "ж", "з", "к", "л", "м", "н", "п", "р", "с"};
constexpr W kCyrillicVowels[] = {"а", "е", "и", "о", "у"};
constexpr W kArabicOnsets[] = {"ب", "ت", "ج", "د", "ر", "س", "ش", "ع", "ف", "ق", "ل", "م", "ن"};
constexpr W kArabicVowels[] = {"ا", "و", "ي"};
constexpr W kHangulSyllables[] = {"가", "나", "다", "라", "마", "바", "사", "아", "자", "차",
                                  "카", "타", "하", "고", "노", "도", "로", "모", "보", "소",
                                  "오", "조", "구", "누", "두", "루", "무", "부", "수", "우",
                                  "주", "기", "니", "디", "리", "미", "비"};
constexpr W kHanSyllables[] = {"山", "川", "海", "花", "月", "日", "光", "風", "雪", "雨", "空", "星", "木",
                               "林", "森", "田", "町", "城", "島", "夏", "冬", "春", "秋", "人", "心", "手",
                               "犬", "猫", "魚", "鳥", "食", "茶", "米", "味", "赤", "青", "白"};
constexpr W kDevanagariOnsets[] = {"क", "ग", "च", "ज", "त", "द", "न", "प", "ब", "म", "र", "ल", "स"};
constexpr W kDevanagariVowels[] = {"ा", "ि", "ी", "ु", "े", "ो"};
// Some are several characters that a zero-width joiner makes one.
constexpr W kEmojiSyllables[] = {
    "🌍", "🔥", "😍", "🎉", "🐶", "🍕", "🚀", "🌈", "💙", "🎧", "👩‍🍳", "👨‍🚒", "🐻‍❄️"};

constexpr std::array kScripts{
    Script{"latin", kLatinOnsets, kLatinVowels, kPlainEndings},
    Script{"accented", kLatinOnsets, kLatinVowels, kAccentedEndings},
    Script{"cyrillic", kCyrillicOnsets, kCyrillicVowels, {}},
    Script{"arabic", kArabicOnsets, kArabicVowels, {}},
    Script{"hangul", kHangulSyllables, {}, {}},
    Script{"han", kHanSyllables, {}, {}},
    Script{"devanagari", kDevanagariOnsets, kDevanagariVowels, {}},
    Script{"emoji", kEmojiSyllables, {}, {}},
};

/// Which script each 32nd word has.
constexpr std::array<std::uint8_t, 32> kTurns = {0, 1, 0, 2, 0, 3, 0, 4, 0, 1, 0, 5, 0, 2, 0, 6,
                                                 0, 1, 0, 7, 0, 3, 0, 4, 0, 1, 0, 5, 0, 2, 0, 1};

/// number modulo the length of a list, which it is then divided by.
W take(std::uint64_t& number, Words list) {
  const W word = list[number % list.size()];
  number /= list.size();
  return word;
}

}  // namespace

std::span<const Script> scripts() { return kScripts; }

const Script& script_of_place(std::int64_t place) {
  return kScripts[kTurns[static_cast<std::size_t>(place) % kTurns.size()]];
}

std::string made_word(const Script& script, std::uint64_t number) {
  const W ending = script.endings.empty() ? W() : take(number, script.endings);
  std::string word;
  // Without a syllable for nothing, as numbers have a zero, words of all lengths are used.
  for (++number; number > 0;) {
    --number;
    word += take(number, script.onsets);
    if (!script.vowels.empty()) {
      word += script.vowels[number % script.vowels.size()];
      number /= script.vowels.size();
    }
  }
  word += ending;
  return word;
}

}  // namespace shoal
