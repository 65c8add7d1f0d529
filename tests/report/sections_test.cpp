// The table of sections: what stands in it is in the navigation, has an id, and is drawn.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <set>

#include "report/page.hpp"
#include "report/result_pages.hpp"

namespace shoal::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The values of an attribute, in the order of the page.
std::vector<std::string> values_of(const std::string& page, const std::string& attribute) {
  const std::string begin = " " + attribute + "=\"";
  std::vector<std::string> values;
  for (std::size_t at = page.find(begin); at != std::string::npos; at = page.find(begin, at + 1)) {
    const std::size_t from = at + begin.size();
    values.push_back(page.substr(from, page.find('"', from) - from));
  }
  return values;
}

std::vector<std::string> two_maps(const Results& /*results*/) { return {"near & far", "wide"}; }
SectionText draw_map(const Results& results, std::size_t number) {
  return {.lead = "A map of " + two_maps(results)[number].substr(0, 4), .body = "<svg></svg>\n"};
}

TEST(Sections, EachIsLinkedOnceInTheOrderOfThePage) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  std::vector<std::string> links = values_of(page, "href");
  EXPECT_EQ(links, (std::vector<std::string>{"#clustering-0", "#clustering-1", "#counts", "#provenance"}));
  std::size_t last = 0;
  for (const std::string& link : links) {
    const std::size_t at = page.find("<section id=\"" + link.substr(1) + "\"");
    ASSERT_NE(at, std::string::npos) << link;
    EXPECT_GT(at, last) << link;
    last = at;
  }
  EXPECT_EQ(count_of(page, "<section "), links.size());
}

TEST(Sections, IdsAreUniqueAndEachSectionIsLabelledByItsHeading) {
  const ScratchFolder folder;
  const std::string page = sample_page(folder);
  const std::vector<std::string> ids = values_of(page, "id");
  EXPECT_EQ(std::set(ids.begin(), ids.end()).size(), ids.size());
  for (const std::string& heading : values_of(page, "aria-labelledby")) {
    EXPECT_EQ(count_of(page, "<h2 id=\"" + heading + "\">"), 1U) << heading;
  }
}

TEST(Sections, ANewOneIsARow) {
  const ScratchFolder folder;
  write_sample_folder(folder.path());
  std::vector<Section> sections(page_sections().begin(), page_sections().end());
  sections.insert(sections.begin() + 1, {"map", "title-map", Occurs::numbered, two_maps, draw_map});
  const std::string page = draw_page(read_results(folder.path(), {}), sections);
  EXPECT_EQ(values_of(page, "href"), (std::vector<std::string>{"#clustering-0", "#clustering-1", "#map-0",
                                                               "#map-1", "#counts", "#provenance"}));
  EXPECT_THAT(page, HasSubstr("<a href=\"#map-0\">near &amp; far</a>\n"));
  EXPECT_THAT(page, HasSubstr("<h2 id=\"title-map-0\">near &amp; far</h2>\n"));
  EXPECT_THAT(
      page,
      HasSubstr("<section id=\"map-1\" aria-labelledby=\"title-map-1\">\n<h2 id=\"title-map-1\">wide</h2>\n"
                "<p class=\"lead\">A map of wide</p>\n<svg></svg>\n</section>\n"));
}

TEST(Sections, OneThatTheseResultsDoNotHaveIsNowhere) {
  constexpr std::array kSections{Section{
      "map", "title-map", Occurs::once, [](const Results&) { return std::vector<std::string>{}; }, draw_map}};
  const std::string page = draw_page({}, kSections);
  EXPECT_THAT(page, Not(HasSubstr("#map")));
  EXPECT_THAT(page, Not(HasSubstr("<section")));
}

}  // namespace
}  // namespace shoal::testing
