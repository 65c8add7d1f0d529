// Digests and checksums against published vectors.
#include "shoal/base/digest.hpp"

#include <gtest/gtest.h>

#include <string>

#include "shoal/base/crc32c.hpp"

namespace shoal {
namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

TEST(Sha256, GivesTheAnswerOfFips180) {
  EXPECT_EQ(to_hex(sha256(std::string_view("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Sha256, OfPiecesIsTheOneOfTheWhole) {
  Sha256 digest;
  digest.update("ab").update("c");
  EXPECT_EQ(digest.finish(), sha256(std::string_view("abc")));
  EXPECT_EQ(digest.update("abc").finish(), sha256(std::string_view("abc"))) << "finish starts anew";
}

// RFC 4231, test case 2.
TEST(HmacSha256, GivesTheAnswerOfRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256(bytes_of("Jefe"), "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

// RFC 4648, section 10, without padding and in lower case.
TEST(Base32, SpellsTheVectorsOfRfc4648) {
  const auto spell = [](const std::string& text) {
    return to_base32({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  };
  EXPECT_EQ(spell("foobar"), "mzxw6ytboi");
  EXPECT_EQ(spell("foob"), "mzxw6yq");
  EXPECT_EQ(spell(""), "");
}

// RFC 3720, appendix B.4, and the usual check value.
TEST(Crc32c, GivesThePublishedAnswers) {
  EXPECT_EQ(crc32c(bytes_of("123456789")), 0xE3069283u);
  EXPECT_EQ(crc32c(bytes_of(std::string(32, '\0'))), 0x8A9136AAu);
}

TEST(Crc32c, GoesOnFromWhatCameBefore) {
  EXPECT_EQ(crc32c(bytes_of("6789"), crc32c(bytes_of("12345"))), 0xE3069283u);
}

}  // namespace
}  // namespace shoal
