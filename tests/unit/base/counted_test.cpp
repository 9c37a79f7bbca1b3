#include "base/counted.h"

#include <gtest/gtest.h>

namespace pawl {
namespace {

TEST(Counted, OneIsSingularAndEveryOtherCountIsPlural) {
  EXPECT_EQ(counted(0, "case"), "0 cases");
  EXPECT_EQ(counted(1, "case"), "1 case");
  EXPECT_EQ(counted(std::size_t{21}, "case"), "21 cases");
}

TEST(Counted, WordsThatNeedMoreThanAnSAreGivenWhole) {
  EXPECT_EQ(counted(1, "capability", "capabilities"), "1 capability");
  EXPECT_EQ(counted(2, "capability", "capabilities"), "2 capabilities");
  EXPECT_EQ(counted(1, "case is", "cases are"), "1 case is");
  EXPECT_EQ(counted(3, "case is", "cases are"), "3 cases are");
}

}  // namespace
}  // namespace pawl
