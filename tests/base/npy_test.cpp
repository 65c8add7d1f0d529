// NumPy's arrays: every version of the header, every type that is read, and what is refused.
#include "shoal/base/npy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "shoal/base/error.hpp"

namespace shoal {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// A file's beginning, as NumPy writes it.
std::string file(const std::string& dictionary, int version = 1) {
  std::string text(kNpyMagic);
  text += static_cast<char>(version);
  text += '\0';
  const auto length = static_cast<std::uint32_t>(dictionary.size());
  text.append(reinterpret_cast<const char*>(&length), version == 1 ? 2 : 4);
  return text + dictionary;
}

std::string header(const std::string& type, const std::string& shape = "(2, 3)") {
  return file("{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }  \n");
}

template <class T>
std::string bytes_of(std::initializer_list<T> values) {
  return {reinterpret_cast<const char*>(values.begin()), values.size() * sizeof(T)};
}

template <class T>
std::vector<float> numbers(const std::string& type, std::initializer_list<T> values) {
  std::vector<float> read(values.size());
  numbers_of_npy(read_npy_header(header(type), "a.npy"), bytes_of(values), read);
  return read;
}

std::string refusal(const std::string& text) {
  try {
    static_cast<void>(read_npy_header(text, "a.npy"));
  } catch (const InputError& error) {
    return error.what();
  }
  return "taken";
}

TEST(Npy, TellsTypeOrderAndShapeOfEveryVersion) {
  const std::string dictionary = "{'shape': (7, 512L), \"descr\": '<f2', 'fortran_order': True}\n";
  for (const int version : {1, 2, 3}) {
    const NpyHeader read = read_npy_header(file(dictionary, version), "a.npy");
    EXPECT_EQ(read.kind, NpyKind::real);
    EXPECT_EQ(read.element_bytes, 2);
    EXPECT_TRUE(read.by_columns);
    EXPECT_THAT(read.shape, ElementsAre(7, 512));
    EXPECT_EQ(read.row_bytes(), 1024);
    EXPECT_EQ(read.values_at, std::ssize(file(dictionary, version)));
  }
  EXPECT_TRUE(read_npy_header(header("<f4", "()"), "a.npy").shape.empty());
  EXPECT_THAT(read_npy_header(header("|S5", "(4,)"), "a.npy").shape, ElementsAre(4));
}

TEST(Npy, ReadsNumbersOfEveryType) {
  EXPECT_THAT(numbers<float>("<f4", {1.5F, -2.0F}), ElementsAre(1.5F, -2.0F));
  EXPECT_THAT(numbers<double>("<f8", {0.1, -3.0}), ElementsAre(0.1F, -3.0F));
  EXPECT_THAT(numbers<std::int8_t>("|i1", {-128, 127}), ElementsAre(-128.0F, 127.0F));
  EXPECT_THAT(numbers<std::uint8_t>("|u1", {0, 255}), ElementsAre(0.0F, 255.0F));
  EXPECT_THAT(numbers<std::int16_t>("<i2", {-5}), ElementsAre(-5.0F));
  EXPECT_THAT(numbers<std::uint32_t>("<u4", {4294967295U}), ElementsAre(4294967296.0F));
  EXPECT_THAT(numbers<std::int64_t>("<i8", {-7}), ElementsAre(-7.0F));
}

TEST(Npy, WidensHalfPrecisionExactly) {
  const auto read = numbers<std::uint16_t>("<f2", {0x3C00, 0xC000, 0x7BFF, 0x0001, 0x8400, 0x7C00, 0x8000});
  EXPECT_THAT(std::span(read).first(6), ElementsAre(1.0F, -2.0F, 65504.0F, 0x1p-24F, -0x1p-14F,
                                                    std::numeric_limits<float>::infinity()));
  EXPECT_EQ(std::bit_cast<std::uint32_t>(read[6]), 0x80000000U);
  EXPECT_TRUE(std::isnan(numbers<std::uint16_t>("<f2", {0x7E00})[0]));
}

TEST(Npy, TakesWhatFloat32CannotHoldForInfinite) {
  EXPECT_THAT(numbers<double>("<f8", {1e300, -1e300}),
              ElementsAre(std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity()));
}

TEST(Npy, ReadsTextsOfOneWidth) {
  const NpyHeader bytes = read_npy_header(header("|S3", "(2,)"), "a.npy");
  EXPECT_THAT(texts_of_npy(bytes, std::string("ab\0cde", 6)), ElementsAre("ab", "cde"));
  const NpyHeader wide = read_npy_header(header("<U2", "(2,)"), "a.npy");
  EXPECT_THAT(texts_of_npy(wide, bytes_of<char32_t>({U'ü', U'🌍', U'a', 0})), ElementsAre("ü🌍", "a"));
}

TEST(Npy, RefusesWhatItCannotRead) {
  EXPECT_THAT(refusal("{\"a\": [1]}"), HasSubstr("does not begin as one"));
  EXPECT_THAT(refusal(header("<f4").substr(0, 40)), HasSubstr("cut off"));
  EXPECT_THAT(refusal(header(">f4")), HasSubstr("big-endian"));
  EXPECT_THAT(refusal(header("|O")), HasSubstr("Python objects"));
  EXPECT_THAT(refusal(header("<c8")), HasSubstr("its type is '<c8'"));
  EXPECT_THAT(refusal(header("<f16")), HasSubstr("its type is '<f16'"));
  EXPECT_THAT(refusal(header("<f4", "(-1, 3)")), HasSubstr("shape is damaged"));
  EXPECT_THAT(refusal(header("<f4", "(4611686018427387904, 9)")), HasSubstr("more elements than any file"));
  EXPECT_THAT(refusal(file("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}")),
              HasSubstr("has fields"));
  EXPECT_THAT(refusal(file("{'descr': '<f4', 'shape': (1,)}")), HasSubstr("lacks type, order or shape"));
  EXPECT_THAT(refusal(file("{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 1}")),
              HasSubstr("damaged"));
  EXPECT_THAT(refusal(file("{}", 9)), HasSubstr("its version is 9"));
}

}  // namespace
}  // namespace shoal
