// Files that hold no posts as they are say what they are.
#include "foreign_files.hpp"

#include <gtest/gtest.h>

#include "readers.hpp"

namespace shoal {
namespace {

using namespace std::string_literals;

std::string spread(const std::string& text, bool zero_first) {
  std::string wide;
  for (const char c : text) wide += zero_first ? "\0"s + c : c + "\0"s;
  return wide;
}

TEST(ForeignFile, IsNamedForWhatItIs) {
  const std::string profile = R"({"alias": "a", "posts": [{}]})";
  const std::vector<std::pair<std::string, std::string>> files{
      {"\x1F\x8B\x08\x00 and so on"s, "gzip"},
      {"\xFD"
       "7zXZ\0..."s,
       "xz"},
      {"PK\x03\x04..."s, "zip"},
      {"BZh91AY"s, "bzip2"},
      {" \n<!DOCTYPE HTML><p>"s, "HTML"},
      {"\xEF\xBB\xBF<html lang=de>"s, "HTML"},
      {"\xFF\xFE" + spread(profile, false), "UTF-16"},
      {"\xFE\xFF" + spread(profile, true), "UTF-16"},
      {spread(profile, false), "UTF-16"},
      {spread(profile, true), "UTF-16"},
  };
  for (const auto& [text, name] : files) {
    const ReadResult result = read_posts(text);
    EXPECT_TRUE(result.posts.empty()) << name;
    ASSERT_EQ(result.quarantined.size(), 1U) << name;
    EXPECT_EQ(result.quarantined_records, 1) << name;
    EXPECT_NE(result.quarantined[0].reason.find(name), std::string::npos) << result.quarantined[0].reason;
    EXPECT_NE(result.quarantined[0].reason.find("; "), std::string::npos) << "it says what to do";
  }
}

TEST(ForeignFile, IsNoTextThatAReaderTakes) {
  for (const char* text : {"{", "{\"posts\": []}", "", "PK", "BZ", "a,b\n1,2\n"}) {
    EXPECT_EQ(foreign_file(text), "") << text;
  }
}

}  // namespace
}  // namespace shoal
