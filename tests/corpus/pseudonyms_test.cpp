// Names under a key.
#include "shoal/corpus/pseudonyms.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "shoal/base/error.hpp"
#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

std::vector<std::byte> key_of(char c) { return std::vector<std::byte>(32, static_cast<std::byte>(c)); }

TEST(Pseudonyms, DependOnKeyKindAndId) {
  const Pseudonyms names(key_of('a'));
  EXPECT_EQ(names.of("post", "1").size(), 26u);
  EXPECT_EQ(names.of("post", "1"), names.of("post", "1"));
  EXPECT_NE(names.of("post", "1"), names.of("account", "1"));
  EXPECT_NE(names.of("post", "1"), names.of("post", "2"));
  EXPECT_NE(names.of("post", "1"), Pseudonyms(key_of('b')).of("post", "1"));
  EXPECT_NE(names.of("a", ":b"), names.of("a:", "b"));
}

TEST(Captions, HavePseudonymsBehindEveryAtSign) {
  const Pseudonyms names(key_of('a'));
  const auto handle = [&](const char* name) { return "@" + names.of("account", name); };
  EXPECT_EQ(without_handles("by @Anna_Berg. and @bea!", names),
            "by " + handle("anna_berg") + ". and " + handle("bea") + "!");
  EXPECT_EQ(without_handles("@a.b@c", names), handle("a.b") + handle("c"));
  EXPECT_EQ(without_handles("\xef\xbc\xa0"
                            "anna",
                            names),
            "\xef\xbc\xa0" + names.of("account", "anna"));
  EXPECT_EQ(without_handles("mail me: anna@example.org", names), "mail me: anna" + handle("example.org"));
  EXPECT_EQ(without_handles("5 @ 3, @, @...", names), "5 @ 3, @, @...");
  EXPECT_EQ(without_handles("", names), "");
}

TEST(PseudonymKey, IsMadeOnceForTheOwnersEyesOnly) {
  const testing::ScratchFolder folder;
  const auto file = folder.path() / "new" / "key";
  const auto key = load_or_make_pseudonym_key(file);
  EXPECT_EQ(key.size(), 32u);
  EXPECT_EQ(load_or_make_pseudonym_key(file), key);
  struct stat status {};
  ASSERT_EQ(::stat(file.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777u, 0600u);
  EXPECT_NE(load_or_make_pseudonym_key(folder.path() / "other"), key);
}

TEST(PseudonymKey, IsNotMadeByWhoOnlyReadsIt) {
  const testing::ScratchFolder folder;
  EXPECT_FALSE(load_pseudonym_key(folder.path() / "key"));
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "key"));
  const auto key = load_or_make_pseudonym_key(folder.path() / "key");
  EXPECT_EQ(load_pseudonym_key(folder.path() / "key"), key);
}

TEST(PseudonymKey, IsRefusedWhenShort) {
  const testing::ScratchFolder folder;
  write_file_durably(folder.path() / "key", "too short");
  EXPECT_THROW(load_or_make_pseudonym_key(folder.path() / "key"), InputError);
}

}  // namespace
}  // namespace shoal
