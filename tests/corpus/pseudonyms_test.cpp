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

/// A caption with "[name]" where the pseudonym of an account stands.
std::string shown(const std::string& caption, const std::vector<std::string>& mentions = {}) {
  const Pseudonyms names(key_of('a'));
  std::string text = without_handles(caption, mentions, {}, names);
  for (const char* name :
       {"anna_berg", "anna", "bruno", "bea", "a.b", "c", "example.org", "me", "bruno\xe4\xbd\xa0"}) {
    const std::string pseudonym = names.of(pseudonym_kind::kAccount, name);
    for (std::size_t at = text.find(pseudonym); at != text.npos; at = text.find(pseudonym))
      text.replace(at, pseudonym.size(), "[" + std::string(name) + "]");
  }
  return text;
}

TEST(Captions, HavePseudonymsOfTheirPlatform) {
  const Pseudonyms names(key_of('a'));
  const std::vector<std::string> mentions{"x:anna"};
  EXPECT_EQ(without_handles("@Anna and @bea, instagram.com/anna", mentions, "x", names),
            "@" + names.of(pseudonym_kind::kAccount, "x:anna") + " and @" +
                names.of(pseudonym_kind::kAccount, "x:bea") + ", instagram.com/" +
                names.of(pseudonym_kind::kAccount, "anna"));
}

TEST(Captions, HavePseudonymsBehindEveryAtSign) {
  EXPECT_EQ(shown("by @Anna_Berg. and @bea!"), "by @[anna_berg]. and @[bea]!");
  EXPECT_EQ(shown("\xef\xbc\xa0"
                  "anna \xef\xb9\xab"
                  "bea"),
            "\xef\xbc\xa0[anna] \xef\xb9\xab[bea]");
  EXPECT_EQ(shown("@\u200b"
                  "anna, @\u2060"
                  "bea@c"),
            "@\u200b[anna], @\u2060[bea]@[c]")
      << "what is never shown is no part of it";
  EXPECT_EQ(shown("5 @ 3, @, @..., @\u200b"), "5 @ 3, @, @..., @\u200b");
  EXPECT_EQ(shown("@anna@bea"), "@[anna]@[bea]");
  EXPECT_EQ(shown("\uff20"
                  "anna\uff20"
                  "bea"),
            "\uff20[anna]\uff20[bea]")
      << "a pseudonym is not replaced again";
  EXPECT_EQ(shown(""), "");
}

TEST(Captions, KeepWhatFollowsAHandle) {
  EXPECT_EQ(shown("with @bruno，你好"), "with @[bruno]，你好");
  EXPECT_EQ(shown("hi @bruno❤️ and @bruno’s dog…"), "hi @[bruno]❤️ and @[bruno]’s dog…");
  EXPECT_EQ(shown("@bruno—dash @bruno🇩🇪"), "@[bruno]—dash @[bruno]🇩🇪");
  EXPECT_EQ(shown("@bruno\xe4\xbd\xa0 you"), "@[bruno\xe4\xbd\xa0] you")
      << "a letter that touches it may be its own";
  EXPECT_EQ(shown("@bruno\xe4\xbd\xa0 you", {"bruno"}), "@[bruno]\xe4\xbd\xa0 you")
      << "the post says whose it is";
  EXPECT_EQ(shown("@anna_berg", {"anna"}), "@[anna_berg]") << "a longer handle is another account's";
}

TEST(Captions, HideAddressesOfAccountsAndOfMail) {
  EXPECT_EQ(shown("see https://www.Instagram.com/bruno/reels/ now"),
            "see https://www.Instagram.com/[bruno]/reels/ now");
  EXPECT_EQ(shown("instagram.com/bruno."), "instagram.com/[bruno].");
  EXPECT_EQ(shown("https://www.instagram.com/p/BFwg/"), "https://www.instagram.com/p/BFwg/");
  EXPECT_EQ(shown("mail a.b@example.org"), "mail [a.b]@[example.org]");
}

TEST(Captions, HavePseudonymsOfPostsInAddresses) {
  const Pseudonyms names(key_of('a'));
  const std::string one = names.of(pseudonym_kind::kPost, "ig:BFwg");
  const std::string other = names.of(pseudonym_kind::kPost, "ig:BT-w");
  EXPECT_EQ(without_shortcodes("see https://www.instagram.com/p/BFwg/, instagram.com/anna/reel/BT-w!", names),
            "see https://www.instagram.com/p/" + one + "/, instagram.com/anna/reel/" + other + "!");
  EXPECT_EQ(without_shortcodes("BFwg, x.com/p/BFwg", names), "BFwg, x.com/p/BFwg");
  EXPECT_EQ(without_shortcodes("", names), "");
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
