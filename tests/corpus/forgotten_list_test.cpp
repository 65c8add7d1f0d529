// A list of pseudonyms, and what it means.
#include "shoal/corpus/forgotten_list.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

Pseudonyms names_of(char c) { return Pseudonyms(std::vector<std::byte>(32, static_cast<std::byte>(c))); }

Post post(const std::string& id, const std::string& creator) {
  Post post;
  post.id = id;
  post.creator = creator;
  return post;
}

TEST(ForgottenList, OutlivesTheProgram) {
  const testing::ScratchFolder folder;
  const auto file = ForgottenList::file_beside(folder.path() / "my.key");
  EXPECT_EQ(file.filename(), "my.key.forgotten");
  EXPECT_TRUE(ForgottenList::load(file).empty());
  const std::string pseudonym = names_of('a').of(pseudonym_kind::kPost, "ig:1");
  ForgottenList list;
  list.add(pseudonym_kind::kPost, pseudonym);
  list.add(pseudonym_kind::kPost, pseudonym);
  list.add(pseudonym_kind::kAccount, names_of('a').of(pseudonym_kind::kAccount, "anna"));
  list.save(file);
  const ForgottenList loaded = ForgottenList::load(file);
  EXPECT_EQ(loaded.text(), list.text());
  EXPECT_TRUE(loaded.has(pseudonym_kind::kPost, pseudonym));
  EXPECT_FALSE(loaded.has(pseudonym_kind::kAccount, pseudonym));
  const std::string text = list.text();
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST(ForgottenList, MeansPostsAndWhatAccountsWrote) {
  const Pseudonyms names = names_of('a');
  ForgottenList list;
  list.add(pseudonym_kind::kPost, names.of(pseudonym_kind::kPost, "ig:1"));
  list.add(pseudonym_kind::kAccount, names.of(pseudonym_kind::kAccount, "anna"));
  const Forgotten forgotten = forgotten_by(list, names);
  EXPECT_TRUE(forgotten.post(post("ig:1", "bert")));
  EXPECT_TRUE(forgotten.post(post("ig:2", "anna")));
  EXPECT_FALSE(forgotten.post(post("ig:2", "bert")));
  EXPECT_FALSE(forgotten.post(post("ig:2", "")));
  EXPECT_TRUE(forgotten.account("anna"));
  EXPECT_FALSE(forgotten.account("bert"));
  EXPECT_FALSE(forgotten_by(list, names_of('b')).post(post("ig:1", "anna")))
      << "another key has other pseudonyms";
}

TEST(ForgottenList, RefusesWhatNobodyMeantForIt) {
  const testing::ScratchFolder folder;
  for (const char* text : {"anna\n", "post ig:1\n", "posts abcdefghijklmnopqrstuvwxyz\n",
                           "post ABCDEFGHIJKLMNOPQRSTUVWXYZ\n", "post abcdefghijklmnopqrstuvwxyz more\n"}) {
    write_file_durably(folder.path() / "list", text);
    EXPECT_THROW(ForgottenList::load(folder.path() / "list"), InputError) << text;
  }
  write_file_durably(folder.path() / "list",
                     "post abcdefghijklmnopqrstuvwxyz\r\n\naccount abcdefghijklmnopqrstuvwxyz");
  EXPECT_EQ(ForgottenList::load(folder.path() / "list").text(),
            "account abcdefghijklmnopqrstuvwxyz\npost abcdefghijklmnopqrstuvwxyz\n");
}

}  // namespace
}  // namespace shoal
