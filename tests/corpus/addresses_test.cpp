// Codes and handles in addresses.
#include "addresses.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(ShortcodeOf, FindsTheCodeInEveryKindOfAddress) {
  EXPECT_EQ(shortcode_of("https://www.instagram.com/p/19a8/"), "19a8");
  EXPECT_EQ(shortcode_of("https://instagram.com/reel/Cx_-1?utm=2"), "Cx_-1");
  EXPECT_EQ(shortcode_of("https://www.instagram.com/someone/"), "");
  for (const char* url :
       {"https://www.instagram.com/reels/ABC/", "https://www.instagram.com/tv/ABC",
        "HTTPS://WWW.INSTAGRAM.COM/p/ABC/", "https://www.instagram.com/anna.k/p/ABC/",
        "https://www.instagram.com/anna.k/reel/ABC/", "https://www.instagram.com/tv/p/ABC/",
        "https://www.instagram.com/p/ABC/?x=1", "instagram.com/p/ABC&x=1",
        " https://www.instagram.com/p/ABC \n", "https://www.instagram.com/p/ABC/\xE2\x80\x8B", "/p/ABC/",
        "https://web.archive.org/web/2017/https://www.instagram.com/p/ABC/embed/", "https://x/p/ABC#top",
        "https://instagram.com:443/p/ABC/", "https://WWW.Instagram.COM/P/ABC/", "Instagram.com/Anna/Reel/ABC",
        "https://instagr.am/p/ABC/"}) {
    EXPECT_EQ(shortcode_of(url), "ABC") << url;
  }
}

TEST(ShortcodeOf, IsNotMadeOfWhatLeadsToNoPost) {
  for (const char* url : {"", "https://www.instagram.com/", "https://www.instagram.com/p/",
                          "https://x/reels/audio/12/", "https://www.instagram.com/share/p/BAKed/",
                          "https://www.instagram.com/Share/P/BAKed/", "https://x/explore/tags/p"}) {
    EXPECT_EQ(shortcode_of(url), "") << url;
  }
}

TEST(HandleInAddress, IsThatOfTheAccountWhosePageItIs) {
  for (const char* page : {"reels/", "reel", "tagged/", "saved/", "channel/", "following/", "followers/?x=1",
                           "p/ABC/", "reel/ABC/", "reels/?hl=de", "guide/sea/12/"}) {
    EXPECT_EQ(handle_in_address("https://www.instagram.com/anna_prof/" + std::string(page)), "anna_prof")
        << page;
  }
  EXPECT_EQ(handle_in_address("https://example.org/users/anna_prof/tagged/"), "anna_prof");
  EXPECT_EQ(handle_in_address("https://www.instagram.com/stories/anna_prof/123/"), "anna_prof");
  EXPECT_EQ(handle_in_address("https://web.archive.org/web/2017/https://www.instagram.com/anna_prof/"),
            "anna_prof");
}

TEST(HandleInAddress, IsNoneOnPagesThatAreNoAccounts) {
  for (const char* page : {"p/ABC/", "reel/ABC/", "reels/ABC", "reels/", "tv/ABC/", "explore/",
                           "explore/tags/sea/", "explore/locations/12/berlin/", "stories/highlights/123/",
                           "stories/", "share/reel/ABC", "accounts/login/", "direct/inbox/"}) {
    EXPECT_EQ(handle_in_address("https://www.instagram.com/" + std::string(page)), "") << page;
  }
}

TEST(HandleInAddress, IsItsLastPart) {
  EXPECT_EQ(handle_in_address("https://www.instagram.com/anna_berg/"), "anna_berg");
  EXPECT_EQ(handle_in_address("www.instagram.com/anna_berg?hl=de"), "anna_berg");
  EXPECT_EQ(handle_in_address("https://www.instagram.com/_u/anna_berg"), "anna_berg");
  for (const char* host : {"https://instagram.com:443/", "HTTPS://WWW.INSTAGRAM.COM:80/",
                           "https://instagr.am/", "Instagr.am:443/_U/", "instagram.com:/Stories/"})
    EXPECT_EQ(handle_in_address(host + std::string("anna_berg/about")), "anna_berg") << host;
  for (const char* page : {"https://instagram.com:443/p/ABC/", "https://www.instagram.com/P/ABC/",
                           "https://instagr.am/REEL/ABC", "https://www.instagram.com/Explore/tags/sea/"})
    EXPECT_EQ(handle_in_address(page), "") << page;
  EXPECT_EQ(handle_in_address("https://www.instagram.com/"), "");
  EXPECT_EQ(handle_in_address("www.instagram.com"), "");
  EXPECT_EQ(handle_in_address(""), "");
}

}  // namespace
}  // namespace shoal
