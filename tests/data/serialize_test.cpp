// What travels between ranks arrives whole.
#include "shoal/data/serialize.hpp"

#include <gtest/gtest.h>

#include "shoal/comm/objects.hpp"

namespace shoal {
namespace {

template <class T>
T travelled(const T& object) {
  return deserialize_object<T>(serialize_object(object));
}

TEST(Serialize, AUnitKeepsItsRange) {
  const Unit unit = travelled(Unit{3, "/in/a", "a", 10, "lines", 20, 30});
  EXPECT_EQ(unit.number, 3);
  EXPECT_EQ(unit.path + unit.relative + unit.format, "/in/aalines");
  EXPECT_EQ(unit.bytes, 10);
  EXPECT_EQ(unit.offset, 20);
  EXPECT_EQ(unit.file_bytes, 30);
}

TEST(Serialize, AnAccountKeepsItsNamesAndCounts) {
  const Account account = travelled(Account{"k", "u", "d", Count::of(1), {0, Missing::hidden}, Count::of(3)});
  EXPECT_EQ(account.key + account.username + account.display_name, "kud");
  EXPECT_EQ(account.followers.value, 1);
  EXPECT_EQ(account.followees.missing, Missing::hidden);
  EXPECT_EQ(account.posts.value, 3);
}

}  // namespace
}  // namespace shoal
