#include "core/rules/ids.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"

namespace fencepost {

std::string OperationId::ToString() const {
  return absl::StrFormat("%016x-%d", Number(boot), sequence);
}

std::optional<OperationId> OperationId::Parse(std::string_view text) {
  constexpr std::size_t kBootDigits = 16;
  if (text.size() < kBootDigits + 2 || text[kBootDigits] != '-') return std::nullopt;
  const absl::string_view all(text.data(), text.size());
  std::uint64_t boot = 0;
  OperationId id;
  if (!absl::SimpleHexAtoi(all.substr(0, kBootDigits), &boot)) return std::nullopt;
  if (!absl::SimpleAtoi(all.substr(kBootDigits + 1), &id.sequence)) return std::nullopt;
  id.boot = BootId{boot};
  // The parsers above take blanks, signs, leading zeros and 0x as well. An id has one text.
  if (id.ToString() != text) return std::nullopt;
  return id;
}

}  // namespace fencepost
