// The dialect is told anew for each range, by the same bytes.
#include "csv_records.hpp"

#include "csv_quotes.hpp"

namespace shoal {

constinit const RecordStarts kCsvRecords{[](std::string_view lines, std::string_view beginning, bool inside) {
                                           return rest_of_row(lines, dialect_of(beginning), inside);
                                         },
                                         [](std::string_view lines, std::string_view beginning) {
                                           return inside_quotes_behind(lines, dialect_of(beginning));
                                         }};

}  // namespace shoal
