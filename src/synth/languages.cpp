// Short lists: captions are to be in these scripts, not to be literature.
#include "languages.hpp"

namespace shoal {
namespace {

using W = std::string_view;

constexpr W kPortugueseOpenings[] = {"Saudades de", "Manhã de", "Paixão por", "Já é hora de",
                                     "Só mais um pouco de"};
constexpr W kPortugueseClosings[] = {"Que emoção!", "Até amanhã.", "Coração cheio.", "Não há palavras…"};
constexpr W kPortugueseSea[] = {"praia", "maré", "navegação"};
constexpr W kPortugueseMountains[] = {"montanha", "trilha", "neve no pico"};
constexpr W kPortugueseCity[] = {"cidade à noite", "edifício", "iluminação"};
constexpr W kPortugueseFood[] = {"pão de queijo", "refeição", "açaí"};
constexpr W kPortugueseFlowers[] = {"jardim", "orquídea", "estação das flores"};
constexpr W kPortuguesePeople[] = {"família", "irmãos", "aniversário"};
constexpr W kPortugueseForest[] = {"floresta", "árvores", "névoa"};
constexpr W kPortugueseSunset[] = {"pôr do sol", "céu", "última luz"};

constexpr W kRussianOpenings[] = {"Наконец-то", "Доброе утро:", "Мечтаю:", "Снова", "Просто"};
constexpr W kRussianClosings[] = {"Как вам?", "Лучший день!", "Без слов…", "Ёлки-палки!"};
constexpr W kRussianSea[] = {"море", "волны", "маяк"};
constexpr W kRussianMountains[] = {"горы", "вершина", "ледник"};
constexpr W kRussianCity[] = {"ночной город", "огни", "метро"};
constexpr W kRussianFood[] = {"борщ", "ужин", "пельмени"};
constexpr W kRussianFlowers[] = {"цветы", "сад", "тюльпаны"};
constexpr W kRussianPeople[] = {"семья", "друзья", "день рождения"};
constexpr W kRussianForest[] = {"лес", "туман", "грибы"};
constexpr W kRussianSunset[] = {"закат", "небо", "вечер"};

constexpr W kArabicOpenings[] = {"صباح الخير من", "أخيرًا", "ما أجمل", "مرة أخرى:"};
constexpr W kArabicClosings[] = {"ما رأيكم؟", "أجمل يوم!", "الحمد لله", "شكرًا لكم…"};
constexpr W kArabicSea[] = {"البحر", "الشاطئ", "الأمواج"};
constexpr W kArabicMountains[] = {"الجبال", "القمة", "الثلج"};
constexpr W kArabicCity[] = {"المدينة", "أضواء الليل", "الشارع"};
constexpr W kArabicFood[] = {"العشاء", "القهوة", "الخبز"};
constexpr W kArabicFlowers[] = {"الورد", "الحديقة", "الياسمين"};
constexpr W kArabicPeople[] = {"العائلة", "الأصدقاء", "عيد الميلاد"};
constexpr W kArabicForest[] = {"الغابة", "الأشجار", "الضباب"};
constexpr W kArabicSunset[] = {"الغروب", "السماء", "المساء"};

constexpr W kKoreanOpenings[] = {"오늘의", "드디어", "다시 보는", "좋아하는"};
constexpr W kKoreanClosings[] = {"어때요?", "최고의 하루!", "감사합니다", "또 가고 싶다…"};
constexpr W kKoreanSea[] = {"바다", "파도", "등대"};
constexpr W kKoreanMountains[] = {"산", "정상", "등산"};
constexpr W kKoreanCity[] = {"도시의 밤", "야경", "거리"};
constexpr W kKoreanFood[] = {"저녁", "맛집", "국수"};
constexpr W kKoreanFlowers[] = {"꽃", "정원", "벚꽃"};
constexpr W kKoreanPeople[] = {"가족", "친구들", "생일"};
constexpr W kKoreanForest[] = {"숲", "나무", "안개"};
constexpr W kKoreanSunset[] = {"노을", "하늘", "저녁 빛"};

constexpr W kJapaneseOpenings[] = {"今日の", "やっと", "大好きな", "また"};
constexpr W kJapaneseClosings[] = {"どうですか？", "最高の一日！", "ありがとう。", "また行きたい…"};
constexpr W kJapaneseSea[] = {"海", "波の音", "灯台"};
constexpr W kJapaneseMountains[] = {"山", "頂上", "雪景色"};
constexpr W kJapaneseCity[] = {"夜景", "東京の街", "ネオン"};
constexpr W kJapaneseFood[] = {"晩ごはん", "ラーメン", "手作り"};
constexpr W kJapaneseFlowers[] = {"花", "庭", "桜"};
constexpr W kJapanesePeople[] = {"家族", "友達", "誕生日"};
constexpr W kJapaneseForest[] = {"森", "木漏れ日", "霧"};
constexpr W kJapaneseSunset[] = {"夕焼け", "空", "黄昏"};

constexpr W kHindiOpenings[] = {"आज का", "आखिरकार", "फिर से", "सुप्रभात,"};
constexpr W kHindiClosings[] = {"कैसा लगा?", "सबसे अच्छा दिन!", "धन्यवाद।", "क्या बात है…"};
constexpr W kHindiSea[] = {"समुद्र", "लहरें", "किनारा"};
constexpr W kHindiMountains[] = {"पहाड़", "हिमालय", "चोटी"};
constexpr W kHindiCity[] = {"शहर", "रात की रोशनी", "सड़क"};
constexpr W kHindiFood[] = {"खाना", "चाय", "मिठाई"};
constexpr W kHindiFlowers[] = {"फूल", "बगीचा", "गुलाब"};
constexpr W kHindiPeople[] = {"परिवार", "दोस्त", "जन्मदिन"};
constexpr W kHindiForest[] = {"जंगल", "पेड़", "कोहरा"};
constexpr W kHindiSunset[] = {"सूर्यास्त", "आसमान", "शाम"};

constexpr std::array kLanguages{
    Language{"Portuguese",
             kPortugueseOpenings,
             kPortugueseClosings,
             {kPortugueseSea, kPortugueseMountains, kPortugueseCity, kPortugueseFood, kPortugueseFlowers,
              kPortuguesePeople, kPortugueseForest, kPortugueseSunset}},
    Language{"Russian",
             kRussianOpenings,
             kRussianClosings,
             {kRussianSea, kRussianMountains, kRussianCity, kRussianFood, kRussianFlowers, kRussianPeople,
              kRussianForest, kRussianSunset}},
    Language{"Arabic",
             kArabicOpenings,
             kArabicClosings,
             {kArabicSea, kArabicMountains, kArabicCity, kArabicFood, kArabicFlowers, kArabicPeople,
              kArabicForest, kArabicSunset}},
    Language{"Korean",
             kKoreanOpenings,
             kKoreanClosings,
             {kKoreanSea, kKoreanMountains, kKoreanCity, kKoreanFood, kKoreanFlowers, kKoreanPeople,
              kKoreanForest, kKoreanSunset}},
    Language{"Japanese",
             kJapaneseOpenings,
             kJapaneseClosings,
             {kJapaneseSea, kJapaneseMountains, kJapaneseCity, kJapaneseFood, kJapaneseFlowers,
              kJapanesePeople, kJapaneseForest, kJapaneseSunset}},
    Language{"Hindi",
             kHindiOpenings,
             kHindiClosings,
             {kHindiSea, kHindiMountains, kHindiCity, kHindiFood, kHindiFlowers, kHindiPeople, kHindiForest,
              kHindiSunset}},
};

}  // namespace

std::span<const Language> other_languages() { return kLanguages; }

}  // namespace shoal
