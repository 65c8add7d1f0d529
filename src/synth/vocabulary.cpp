// The word lists. Accents, other scripts and emoji are there on purpose: real posts are full of them.
#include "vocabulary.hpp"

#include <array>
#include <utility>

#include "shoal/base/check.hpp"

namespace shoal {
namespace {

using W = std::string_view;

constexpr W kSeaTags[] = {"ocean",    "sea",        "waves",  "sailing",  "beach", "coast",
                          "saltlife", "océano",     "harbor", "seascape", "boat",  "island",
                          "surfing",  "lighthouse", "tide",   "playa"};
constexpr W kSeaNouns[] = {"waves", "harbour",    "sailboat", "tide",
                           "shore", "lighthouse", "bay",      "sea breeze"};
constexpr W kSeaAdjectives[] = {"salty", "deep blue", "calm", "windy", "endless", "glittering"};
constexpr W kSeaPlaces[] = {"Cádiz, Spain", "Nazaré", "Bornholm", "Cornwall", "Île de Ré", "Big Sur"};
constexpr W kSeaEmoji[] = {"🌊", "⛵", "🐚", "🐬", "🏖️"};

constexpr W kMountainTags[] = {"mountains",   "hiking",  "alps",  "summit",      "peak",     "climbing",
                               "trekking",    "montaña", "snow",  "alpine",      "outdoors", "wanderlust",
                               "hikingtrail", "glacier", "berge", "mountainview"};
constexpr W kMountainNouns[] = {"summit", "ridge", "trail", "valley", "glacier", "hut", "pass", "view"};
constexpr W kMountainAdjectives[] = {"steep", "snowy", "silent", "rocky", "breathtaking", "high"};
constexpr W kMountainPlaces[] = {"Zermatt", "Chamonix", "Zugspitze", "Dolomiti", "Banff", "Tromsø"};
constexpr W kMountainEmoji[] = {"🏔️", "⛰️", "🥾", "❄️", "🧗‍♀️"};

constexpr W kCityTags[] = {"city",         "citylights", "skyline",   "nightphotography",
                           "architecture", "urban",      "downtown",  "streetphotography",
                           "night",        "skyscraper", "cityscape", "nightlife",
                           "neon",         "metropolis", "rooftop",   "東京"};
constexpr W kCityNouns[] = {"skyline", "rooftop",    "street", "lights",
                            "bridge",  "skyscraper", "subway", "night"};
constexpr W kCityAdjectives[] = {"neon", "busy", "sleepless", "electric", "tall", "midnight"};
constexpr W kCityPlaces[] = {"New York, New York", "São Paulo",         "Tokyo",
                             "Hong Kong",          "Frankfurt am Main", "Chicago"};
constexpr W kCityEmoji[] = {"🌃", "🏙️", "🚕", "🌉", "✨"};

constexpr W kFoodTags[] = {"food",     "foodporn", "foodie",      "yummy",   "delicious", "dinner",
                           "homemade", "café",     "lunch",       "cooking", "recipe",    "pasta",
                           "vegan",    "healthy",  "crèmebrûlée", "chef"};
constexpr W kFoodNouns[] = {"pasta", "dinner", "brunch", "salad", "dessert", "recipe", "soup", "pizza"};
constexpr W kFoodAdjectives[] = {"delicious", "homemade", "crispy", "spicy", "fresh", "creamy"};
constexpr W kFoodPlaces[] = {"Bologna, Italy", "Café Müller",           "Lyon",
                             "Oaxaca",         "Mercado de San Miguel", "Naples"};
constexpr W kFoodEmoji[] = {"🍝", "🍕", "🥗", "😋", "👩‍🍳"};

constexpr W kFlowerTags[] = {"flowers",   "garden",      "roses",  "floral", "bloom",   "spring",
                             "botanical", "blumen",      "tulips", "peony",  "bouquet", "florist",
                             "gardening", "wildflowers", "sakura", "petals"};
constexpr W kFlowerNouns[] = {"roses",  "garden",  "bouquet", "tulips",
                              "petals", "peonies", "blossom", "meadow"};
constexpr W kFlowerAdjectives[] = {"blooming", "pink", "fragrant", "wild", "delicate", "first"};
constexpr W kFlowerPlaces[] = {"Keukenhof",          "Giverny",     "Kyōto",
                               "Botanischer Garten", "Kew Gardens", "Grasse"};
constexpr W kFlowerEmoji[] = {"🌸", "🌷", "🌹", "💐", "🌼"};

constexpr W kPeopleTags[] = {"portrait", "family",   "friends",     "fashion", "style",  "model",
                             "makeup",   "ootd",     "girl",        "selfie",  "beauty", "hair",
                             "smile",    "birthday", "bestfriends", "fête"};
constexpr W kPeopleNouns[] = {"smile",    "outfit",  "family",   "friends",
                              "birthday", "haircut", "portrait", "weekend"};
constexpr W kPeopleAdjectives[] = {"happy", "stylish", "lovely", "grateful", "new", "favourite"};
constexpr W kPeoplePlaces[] = {"Paris, France", "Los Angeles", "Milano", "Kraków", "Studio 54", "Zürich"};
constexpr W kPeopleEmoji[] = {"😊", "👗", "💄", "👨‍👩‍👧", "🥳"};

constexpr W kForestTags[] = {"forest",   "trees", "woods",      "green",  "camping",   "wilderness",
                             "woodland", "pine",  "naturewalk", "wald",   "mushrooms", "wildlife",
                             "forêt",    "moss",  "fog",        "explore"};
constexpr W kForestNouns[] = {"forest", "pines", "path", "campfire", "moss", "mist", "deer", "cabin"};
constexpr W kForestAdjectives[] = {"quiet", "misty", "green", "ancient", "deep", "mossy"};
constexpr W kForestPlaces[] = {"Schwarzwald", "Białowieża", "Olympic National Park",
                               "Ardennes",    "Sápmi",      "Oregon"};
constexpr W kForestEmoji[] = {"🌲", "🍃", "🦌", "🏕️", "🍄"};

constexpr W kSunsetTags[] = {"sunset",    "goldenhour",  "sky",      "clouds",     "sunsetlovers", "dusk",
                             "evening",   "puestadesol", "twilight", "silhouette", "skyporn",      "horizon",
                             "afterglow", "solnedgång",  "orange",   "lastlight"};
constexpr W kSunsetNouns[] = {"sunset", "golden hour", "evening", "horizon",
                              "sky",    "silhouette",  "dusk",    "last light"};
constexpr W kSunsetAdjectives[] = {"golden", "burning", "warm", "orange", "slow", "purple"};
constexpr W kSunsetPlaces[] = {"Santorini", "Serengeti", "Key West", "Uluru", "Malibu", "Sørlandet"};
constexpr W kSunsetEmoji[] = {"🌅", "🌇", "🧡", "☀️", "🔥"};

constexpr std::array<Theme, kThemes> kThemeTable = {{
    {"sea", kSeaTags, kSeaNouns, kSeaAdjectives, kSeaPlaces, kSeaEmoji},
    {"mountains", kMountainTags, kMountainNouns, kMountainAdjectives, kMountainPlaces, kMountainEmoji},
    {"city", kCityTags, kCityNouns, kCityAdjectives, kCityPlaces, kCityEmoji},
    {"food", kFoodTags, kFoodNouns, kFoodAdjectives, kFoodPlaces, kFoodEmoji},
    {"flowers", kFlowerTags, kFlowerNouns, kFlowerAdjectives, kFlowerPlaces, kFlowerEmoji},
    {"people", kPeopleTags, kPeopleNouns, kPeopleAdjectives, kPeoplePlaces, kPeopleEmoji},
    {"forest", kForestTags, kForestNouns, kForestAdjectives, kForestPlaces, kForestEmoji},
    {"sunset", kSunsetTags, kSunsetNouns, kSunsetAdjectives, kSunsetPlaces, kSunsetEmoji},
}};

constexpr W kSharedTags[] = {"love",        "instagood",  "photooftheday", "beautiful", "happy",
                             "picoftheday", "instadaily", "nature",        "travel",    "Photography",
                             "igers",       "nofilter",   "life",          "amazing",   "weekend",
                             "TBT",         "art",        "mood",          "followme",  "Любовь"};
constexpr W kOpenings[] = {"Just",
                           "Finally",
                           "Can't get enough of",
                           "Throwback to",
                           "Good morning from",
                           "Dreaming of",
                           "Still thinking about",
                           "Nothing beats",
                           "Always",
                           "One more",
                           "Back to",
                           "Déjà vu:"};
constexpr W kClosings[] = {
    "What do you think?",       "Best day ever!",      "So grateful for this.",
    "Tag someone you'd take.",  "More in my stories…", "Who else is ready for the weekend?",
    "Life is good — isn't it?", "¡Qué maravilla!",     "Link in bio.",
    "No words needed.",         "C'est la vie.",       "\"Simply perfect\""};
constexpr W kGivenNames[] = {"anna", "bruno", "carla", "dmitri", "elif", "femi", "greta",
                             "hugo", "ines",  "jonas", "keiko",  "luca", "mara", "nils",
                             "olga", "pablo", "quinn", "rosa",   "sven", "thea"};

}  // namespace

const Theme& theme(int number) {
  SHOAL_EXPECT(0 <= number && number < kThemes);
  return kThemeTable[static_cast<std::size_t>(number)];
}

Words shared_tags() { return kSharedTags; }
Words openings() { return kOpenings; }
Words closings() { return kClosings; }
Words given_names() { return kGivenNames; }

int theme_of_group(int group) { return group % kThemes; }

std::string group_name(int group) {
  const int round = group / kThemes + 1;
  const std::string name(theme(theme_of_group(group)).name);
  return round == 1 ? name : name + "-" + std::to_string(round);
}

std::string group_tag(int group, std::size_t tag) {
  const int round = group / kThemes + 1;
  const std::string name(theme(theme_of_group(group)).tags[tag]);
  return round == 1 ? name : name + std::to_string(round);
}

}  // namespace shoal
