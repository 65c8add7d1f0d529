// The rows of a table as records of a file that is cut.
#pragma once

#include "shoal/corpus/post_reader.hpp"

namespace shoal {

/// For formats whose records are the rows of a table in the dialect of its beginning (dialect_of).
extern const RecordStarts kCsvRecords;

}  // namespace shoal
