// What pseudonyms hide does not stand in sentences of files.
#include "pipeline/engine/redaction.hpp"

#include <gtest/gtest.h>

#include "corpus/readers.hpp"

namespace shoal {
namespace {

TEST(Redaction, TakesOutWhatIsQuoted) {
  EXPECT_EQ(without_quotes("'/data/anna/1.json' cannot be read: Input/output error"),
            "'…' cannot be read: Input/output error");
  EXPECT_EQ(without_quotes("job 'mine' on 4 ranks"), "job '…' on 4 ranks");
  EXPECT_EQ(without_quotes("nothing is quoted"), "nothing is quoted");
}

TEST(Redaction, IsNotMisledByQuotesInNames) {
  EXPECT_EQ(without_quotes("'/data/o'brien' o'clock/it's.json' cannot be read"), "'…' cannot be read");
  EXPECT_EQ(without_quotes("the tag 'it's' has 300 bytes"), "the tag '…' has 300 bytes");
  EXPECT_EQ(without_quotes("'it is cut off"), "'…'");
  EXPECT_EQ(without_quotes("the tag 'it\\'s cut off"), "the tag '…'") << "the quote inside closes nothing";
}

TEST(Redaction, KeepsApostrophesInWords) {
  EXPECT_EQ(without_quotes("the post's text is not UTF-8"), "the post's text is not UTF-8");
  EXPECT_EQ(without_quotes("the post's 'tags' is not a list"), "the post's '…' is not a list");
}

TEST(Redaction, TakesOutNumbersButNotNamesOfStandards) {
  EXPECT_EQ(without_quotes_and_numbers("the post's text is not UTF-8"), "the post's text is not UTF-8");
  EXPECT_EQ(without_quotes_and_numbers("it is cut short at byte 1,234.5 of 99"),
            "it is cut short at byte # of #");
  EXPECT_EQ(without_quotes_and_numbers("12x34 pixels, -5"), "#x# pixels, -#");
}

/// A profile that has one value in a field of the account, or of its post.
std::string profile_with(const std::string& field, bool of_post, const std::string& value) {
  const std::string entry = "\"" + field + "\": " + value;
  return of_post ? "{\"posts\": [{" + entry + "}]}" : "{" + entry + ", \"posts\": [{}]}";
}

TEST(Redaction, LeavesNothingOfAnyValueThatAProfileHolds) {
  const std::vector<std::string> shapes{"Canary",
                                        "-Canary",
                                        "Canary's",
                                        "'Canary'",
                                        "x'Canary",
                                        "[Canary]",
                                        "[[\"Canary\"]]",
                                        R"({"Canary": 1})",
                                        R"([{"a":"Canary"}])",
                                        R"("Canary")",
                                        R"("a' Canary")",
                                        R"("' Canary '")",
                                        R"("a\' Canary")",
                                        R"("'Canary")",
                                        R"("Canary\u0007")",
                                        R"("../Canary")",
                                        R"("/Canary")",
                                        R"("Canary \x41")",
                                        "\"Canary \xFF\"",
                                        "1Canary",
                                        R"(["Canary", 1])",
                                        R"("https://x/p/Canary'Canary/")",
                                        R"("x/Canary'/p/Canary b")"};
  const auto expect_none = [](const std::string& text) {
    for (const QuarantineRow& row : read_posts(text).quarantined) {
      const std::string shown = without_quotes_and_numbers(row.reason);
      EXPECT_EQ(shown.find("anary"), std::string::npos) << text << ": " << shown;
      EXPECT_GT(shown.size(), 10U) << text << ": " << shown;
    }
  };
  for (const std::string& shape : shapes) {
    for (const char* field : {"alias", "urlProfile", "username", "numberFollowers", "numberPosts", "posts"})
      expect_none(profile_with(field, false, shape));
    for (const char* field : {"url", "urlImage", "isVideo", "multipleImage", "tags", "mentions",
                              "description", "date", "numberLikes", "filename"})
      expect_none(profile_with(field, true, shape));
    expect_none("{\"posts\": [" + shape + "]}");
    expect_none("{\"posts\": []}" + shape);
  }
}

}  // namespace
}  // namespace shoal
