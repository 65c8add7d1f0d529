// Ids in lines and in the first cells of CSVs.
#include "pipeline/given/id_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/file.hpp"
#include "support/scratch_folder.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;

class IdLines : public ::testing::Test {
 protected:
  IdPlaces find(const std::string& text, IdColumn column, std::int64_t first = 0,
                std::int64_t step = 2) const {
    write_file_durably(folder_.path() / "ids", text);
    return find_ids(RandomFile(folder_.path() / "ids"), column, first, step);
  }

  testing::ScratchFolder folder_;
};

TEST_F(IdLines, AreFoundAtEveryStep) {
  const IdPlaces found = find("a\nbb\r\nccc\nd\ne", IdColumn::line);
  EXPECT_EQ(found.lines, 5);
  EXPECT_THAT(found.places, ElementsAre(0, 6, 12));
  EXPECT_THAT(find("a\nb\nc\nd\n", IdColumn::line, 1).places, ElementsAre(2, 6));
  EXPECT_EQ(find("a\n\nb\n \n\n", IdColumn::line).lines, 3) << "an empty line between others is a row's";
  EXPECT_EQ(find("", IdColumn::line).lines, 0);
}

TEST_F(IdLines, EndOutsideTheQuotesOfACsv) {
  const IdPlaces found = find("id,text\n\"a\nb\",1\nc,\"x\ny\"\nd,2\n", IdColumn::comma);
  EXPECT_EQ(found.lines, 4);
  EXPECT_EQ(find("\"a\nb\"\n", IdColumn::line).lines, 2);
}

TEST_F(IdLines, AreTakenWithoutBlanksAndQuotes) {
  EXPECT_THAT(ids_in("\xEF\xBB\xBF a \r\nb,c\n\nd", IdColumn::line, 9), ElementsAre("a", "b,c", "", "d"));
  EXPECT_THAT(ids_in("\"a\"\"b\nc\",1\n d ,2\ne\n", IdColumn::comma, 9), ElementsAre("a\"b\nc", "d", "e"));
  EXPECT_THAT(ids_in("a\tb\nc\td\n", IdColumn::tab, 1), ElementsAre("a"));
}

}  // namespace
}  // namespace shoal
