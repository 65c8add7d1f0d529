// report.html: everything of the results, nothing of the corpus unescaped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/html.hpp"
#include "report/result_pages.hpp"
#include "shoal/base/error.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Report, ShowsEveryGroupOfEveryClustering) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  EXPECT_EQ(count_of(page, "<article class=\"card\">"), 7U);
  for (const char* name : {"<h3>sea</h3>", "<h3>boats</h3>", "<h3>night</h3>", "<h3>1</h3>", "<h3>3</h3>"}) {
    EXPECT_THAT(page, HasSubstr(name));
  }
  EXPECT_THAT(page, HasSubstr(">topics</h2>"));
  EXPECT_THAT(page, HasSubstr(">scenes</h2>"));
}

TEST(Report, ShowsClusteringsInTheOrderOfTheJob) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  EXPECT_LT(page.find(">topics</h2>"), page.find(">scenes</h2>"));
}

TEST(Html, JoinedWordsMayBreakBehindEachUnderscore) {
  EXPECT_EQ(escape_joined_words("sea_<b>_x"), "sea_<wbr>&lt;b&gt;_<wbr>x");
}

TEST(Report, EscapesNamesAndHashtags) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  EXPECT_THAT(page, HasSubstr("bread &amp; &lt;b&gt;butter&lt;/b&gt; &quot;now&quot;"));
  EXPECT_THAT(page, HasSubstr("#fish&amp;chips"));
  EXPECT_THAT(page, HasSubstr("<h1>harbour &lt;towns&gt;</h1>"));
  EXPECT_THAT(page, Not(HasSubstr("<b>butter")));
  EXPECT_THAT(page, Not(HasSubstr("<towns>")));
}

TEST(Report, FetchesAndRunsNothing) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("http://")));
  EXPECT_THAT(page, Not(HasSubstr("https://")));
}

TEST(Report, ShowsThePhotosThatHaveThumbnails) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  // 16 and 12 exemplars, of which one each is none.
  EXPECT_EQ(count_of(page, "<img src=\"data:image/jpeg;base64,"), 26U);
  EXPECT_THAT(page, Not(HasSubstr("photo -1")));
  EXPECT_THAT(page, HasSubstr(jpeg_uri(std::as_bytes(std::span(std::string_view("picture 42"))))));
  EXPECT_THAT(page, HasSubstr("alt=\"Photo 3: 1080 × 1083 pixels, used by 2 posts\""));
}

TEST(Report, SumsUpWhatBecameOfEveryRecord) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  EXPECT_EQ(count_of(page, "The numbers add up"), 2U);
  EXPECT_THAT(page, HasSubstr("<li><b>655</b> <span>read</span></li>"));
  EXPECT_THAT(page, HasSubstr("<li><b>3</b> <span>quarantined</span></li>"));
}

TEST(Report, TellsHowLargeTheInputsAre) {
  const ScratchFolder folder;
  EXPECT_THAT(sample_page(folder), HasSubstr("<th scope=\"row\">Inputs</th><td>123.5 MB</td>"));
}

TEST(Report, TellsWhatSetsThatAreMadeOfOthersHold) {
  UnsValue uns;
  uns["sets"]["tags"]["kind"] = "tfidf";
  UnsValue& less = uns["sets"]["less"];
  less["kind"] = "lsa";
  less["of"] = std::vector<std::string>{"<tags>"};
  less["components"] = 2;
  less["rows"] = 601;
  less["rows_without"] = 1;
  less["squared_length_ratio"] = std::vector<double>{0.25, 0.125};
  UnsValue& both = uns["sets"]["both"];
  both["kind"] = "concat";
  both["of"] = std::vector<std::string>{"less", "look"};
  both["weights"] = std::vector<double>{1.0, 0.5};
  const ScratchFolder folder;
  write_bare_results(folder.path(), uns);
  write_report(folder.path(), {});
  const std::string provenance = section_of(content(folder.path() / "report.html"), "provenance");
  EXPECT_THAT(
      provenance,
      HasSubstr("<td>both: less, look beside each other, multiplied by 1, 0.5<br>less: 2 components of "
                "&lt;tags&gt;, which hold 37.5 % of the squared length of 601 rows; 1 row has nothing of "
                "them</td>"));
}

TEST(Report, SaysSoWhenTheSumIsWrong) {
  const ScratchFolder folder;
  UnsValue uns;
  uns["accounting"]["read"] = 10;
  uns["accounting"]["kept"] = 9;
  write_bare_results(folder.path(), uns);
  write_report(folder.path(), {});
  EXPECT_THAT(content(folder.path() / "report.html"), HasSubstr("The parts add up to 9, not 10"));
}

TEST(Report, WarnsOfUntrainedWeights) {
  const ScratchFolder folder;
  EXPECT_THAT(sample_page(folder), HasSubstr("These image features come from UNTRAINED weights."));
  write_bare_results(folder.path(), sample_uns(true));
  write_report(folder.path(), {});
  EXPECT_THAT(content(folder.path() / "report.html"), Not(HasSubstr("UNTRAINED")));
}

TEST(Report, WarnsOfOneGroupThatHoldsMost) {
  const ScratchFolder folder;
  // Of the two clusterings only the first has such a group.
  const std::string page = sample_page(folder);
  EXPECT_EQ(count_of(page, "One group holds"), 1U);
  EXPECT_THAT(page, HasSubstr("One group holds 62.5 % of the labelled posts."));
}

TEST(Report, ShowsNoMoreThanItIsAskedFor) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder, {.top_tags = 1, .photos = 2});
  EXPECT_THAT(page, Not(HasSubstr("#tag01")));
  EXPECT_EQ(count_of(page, "<img "), 14U);
}

TEST(Report, LeavesOutThePaddingOfShortHashtagLists) {
  const ScratchFolder folder;
  // 12 + 9 places, of which one each is padding.
  EXPECT_EQ(count_of(sample_page(folder), "<li>#"), 19U);
}

TEST(Report, DrawsTheSameBytesAgain) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  write_report(folder.path(), {});
  EXPECT_EQ(content(folder.path() / "report.html"), page);
}

TEST(Report, DrawsResultsWithoutImagesAndClusterings) {
  const ScratchFolder folder;
  write_bare_results(folder.path(), {});
  write_report(folder.path(), {});
  EXPECT_THAT(content(folder.path() / "report.html"), HasSubstr("unnamed job"));
}

TEST(Report, NamesTheFileThatIsMissing) {
  const ScratchFolder folder;
  try {
    write_report(folder.path(), {});
    FAIL() << "a folder without results was reported on";
  } catch (const InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("posts.h5ad"));
  }
}

TEST(Html, ReplacesWhatIsNoText) {
  EXPECT_EQ(escape_html("a\x01z"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(escape_html("a\xC2\x9Bz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(escape_html("a\xE2\x80\xAEz"), "a\xEF\xBF\xBDz");
  EXPECT_EQ(escape_html("\xFF<"), "\xEF\xBF\xBD&lt;");
  EXPECT_EQ(escape_html("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(escape_html("\xED\xA0\x80"), "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(escape_html("é € 🐟\n"), "é € 🐟\n");
}

TEST(Html, WritesNumbersForPeople) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567), "1,234,567");
  EXPECT_EQ(grouped(-1000), "-1,000");
  EXPECT_EQ(percentage(1, 8), "12.5 %");
  EXPECT_EQ(percentage(1, 0), "0 %");
}

TEST(Html, EncodesBase64) {
  // RFC 4648, section 10.
  const auto uri = [](std::string_view text) { return jpeg_uri(std::as_bytes(std::span(text))).substr(23); };
  EXPECT_EQ(uri(""), "");
  EXPECT_EQ(uri("f"), "Zg==");
  EXPECT_EQ(uri("fo"), "Zm8=");
  EXPECT_EQ(uri("foo"), "Zm9v");
  EXPECT_EQ(uri("foobar"), "Zm9vYmFy");
}

}  // namespace
}  // namespace shoal::testing
