// What may be a handle in a caption, wherever it is sought.
#include "handles_in_text.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

/// The places found, as in "@anna" (behind a sign), "anna@" (before one), "/anna" (in an address).
std::vector<std::string> found_in(std::string_view text) {
  std::vector<std::string> found;
  for (const PossibleHandle& handle : possible_handles(text)) {
    const std::string word(text.substr(handle.begin, handle.end - handle.begin));
    switch (handle.place) {
      case PossibleHandle::Place::behind_sign:
        found.push_back("@" + word);
        break;
      case PossibleHandle::Place::before_sign:
        found.push_back(word + "@");
        break;
      case PossibleHandle::Place::in_address:
        found.push_back("/" + word);
        break;
    }
  }
  return found;
}

using Words = std::vector<std::string>;

TEST(PossibleHandles, StandOnBothSidesOfASign) {
  EXPECT_EQ(found_in("by @anna.b-c, a+b@example.org"), (Words{"@anna.b-c", "a+b@", "@example.org"}));
  EXPECT_EQ(found_in("\uff20anna\ufe6b"
                     "bea @ c"),
            (Words{"@anna", "anna@", "@bea", "@"}));
  EXPECT_EQ(found_in("@\u200banna\u2019s @\u00e4"), (Words{"@\u200banna\u2019s", "@\u00e4"}));
  EXPECT_EQ(found_in("x@y"), (Words{"x@", "@y"}));
  EXPECT_EQ(found_in("nobody, #anna"), Words{});
}

TEST(PossibleHandles, StandInAddressesOfThePlatform) {
  EXPECT_EQ(found_in("https://www.Instagram.com/Anna/reels/?hl=de"), (Words{"/Anna"}));
  EXPECT_EQ(found_in("(instagram.com/stories/st) instagram.com/_u/u, x.com/anna"), (Words{"/st", "/u"}));
  EXPECT_EQ(found_in("instagram.com/p/BFwg/ instagram.com/ instagram.com"), Words{});
  EXPECT_EQ(found_in("instagram.com/\u200banna/"), (Words{"/anna"}))
      << "what is never shown is no part of it";
}

TEST(PossibleHandles, StandBehindEveryHostOfThePlatform) {
  EXPECT_EQ(found_in("https://instagram.com:443/anna/ instagr.am/bea, HTTPS://INSTAGR.AM:443/c"),
            (Words{"/anna", "/bea", "/c"}));
  EXPECT_EQ(found_in("WWW.Instagram.COM/Anna/Tagged Instagram.com/P/BFwg instagr.am/p/BFwg"),
            (Words{"/Anna"}));
  EXPECT_EQ(found_in("instagram.com:x/anna instagram.community/anna 443/anna"), Words{});
}

TEST(PossibleHandles, StandInEachOfAddressesThatTouch) {
  EXPECT_EQ(found_in("instagram.com/annab/instagram.com/anna"), (Words{"/annab", "/anna"}));
  EXPECT_EQ(found_in("instagram.com/annab/instagr.am/anna"), (Words{"/annab", "/anna"}));
  EXPECT_EQ(found_in("instagram.com/p/x,instagram.com/anna@bea"), (Words{"/anna", "anna@", "@bea"}));
}

TEST(Shortcodes, StandInAddressesOfPosts) {
  using Codes = std::vector<std::string_view>;
  EXPECT_EQ(
      shortcodes_in_addresses("https://www.Instagram.com/p/BF-g_/?x=1 and instagram.com/anna/reel/BTfw-."),
      (Codes{"BF-g_", "BTfw-"}));
  EXPECT_EQ(shortcodes_in_addresses("(instagram.com/p/BFwg),instagram.com/tv/BTfw\u2026"),
            (Codes{"BFwg", "BTfw"}));
  EXPECT_EQ(shortcodes_in_addresses("https://instagram.com:443/p/BFwg/ WWW.Instagram.COM/P/BTfw/ "
                                    "https://instagr.am/p/BXyz/ instagr.am/anna/REEL/BUvw"),
            (Codes{"BFwg", "BTfw", "BXyz", "BUvw"}));
  EXPECT_EQ(shortcodes_in_addresses("instagram.com/anna/ x.com/p/BFwg instagram.com/p/"), Codes{});
}

}  // namespace
}  // namespace shoal
