#include "store_pg/values.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "core/rules/check.h"

namespace fencepost::pg {
namespace {

constexpr absl::Duration kLongest = absl::Hours(24 * 365 * 4000);

// The number at the start of `text`, which is shortened by it.
std::int64_t TakeNumber(std::string_view& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  Check(error == std::errc(), "the server's times are numbers");
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

void Skip(std::string_view& text) { text.remove_prefix(std::min<std::size_t>(1, text.size())); }

}  // namespace

std::string TimeText(absl::Time time) {
  if (time == absl::InfiniteFuture()) return "infinity";
  if (time == absl::InfinitePast()) return "-infinity";
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::TimeZone::CivilInfo civil = utc.At(time);
  const std::int64_t micros = absl::ToInt64Microseconds(civil.subsecond);
  std::int64_t year = civil.cs.year();
  const bool before_christ = year <= 0;
  if (before_christ) year = 1 - year;
  return absl::StrFormat("%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s", year, civil.cs.month(),
                         civil.cs.day(), civil.cs.hour(), civil.cs.minute(), civil.cs.second(),
                         micros, before_christ ? " BC" : "");
}

absl::Time ParseTime(std::string_view text) {
  if (text == "infinity") return absl::InfiniteFuture();
  if (text == "-infinity") return absl::InfinitePast();
  std::int64_t year = TakeNumber(text);
  std::int64_t parts[5];  // month, day, hour, minute, second
  for (std::int64_t& part : parts) {
    Skip(text);
    part = TakeNumber(text);
  }
  std::int64_t micros = 0;
  if (text.starts_with('.')) {
    Skip(text);
    const std::size_t before = text.size();
    micros = TakeNumber(text);
    for (std::size_t digits = before - text.size(); digits < 6; ++digits) micros *= 10;
  }
  if (text.ends_with(" BC")) year = 1 - year;
  const absl::CivilSecond civil(year, static_cast<int>(parts[0]), static_cast<int>(parts[1]),
                                static_cast<int>(parts[2]), static_cast<int>(parts[3]),
                                static_cast<int>(parts[4]));
  return absl::FromCivil(civil, absl::UTCTimeZone()) + absl::Microseconds(micros);
}

std::string IntervalText(absl::Duration duration) {
  const absl::Duration cut = std::clamp(duration, -kLongest, kLongest);
  return absl::StrCat(absl::ToInt64Microseconds(cut), " microseconds");
}

std::string ArrayText(const std::vector<std::string>& texts) {
  std::string array = "{";
  for (const std::string& text : texts) {
    array += array.size() > 1 ? ",\"" : "\"";
    for (const char c : text) {
      if (c == '"' || c == '\\') array.push_back('\\');
      array.push_back(c);
    }
    array.push_back('"');
  }
  array.push_back('}');
  return array;
}

Parameters& Parameters::Add(std::int64_t number) {
  texts_.push_back(absl::StrCat(number));
  return *this;
}

// PostgreSQL has no unsigned numbers: the same 64 bits as a signed one. Only equality counts.
Parameters& Parameters::Add(BootId boot) { return Add(static_cast<std::int64_t>(Number(boot))); }

std::int64_t Parameters::Sequence(OperationId id) {
  if (id.sequence > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    status_ = absl::InvalidArgumentError("an operation's sequence must be below 2^63");
  }
  return static_cast<std::int64_t>(id.sequence);
}

Parameters& Parameters::AddSequence(OperationId id) { return Add(Sequence(id)); }

Parameters& Parameters::Add(OperationId id) {
  Add(id.boot);
  return AddSequence(id);
}

Parameters& Parameters::Add(absl::Time time) {
  texts_.push_back(TimeText(time));
  return *this;
}

Parameters& Parameters::Add(absl::Duration duration) {
  texts_.push_back(IntervalText(duration));
  return *this;
}

Parameters& Parameters::Add(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    status_ = absl::InvalidArgumentError("a name or a text holds a zero byte");
  }
  texts_.emplace_back(text);
  return *this;
}

Parameters& Parameters::Add(const std::vector<Image>& images) {
  std::vector<std::string> texts;
  for (const Image& image : images) texts.push_back(image.text());
  return Add(std::string_view(ArrayText(texts)));
}

Parameters& Parameters::Add(const std::vector<SessionHandle>& sessions) {
  std::vector<std::string> orgs;
  std::vector<std::string> tokens;
  std::vector<std::string> boots;
  std::vector<std::string> sequences;
  for (const SessionHandle& session : sessions) {
    orgs.push_back(session.id.org.text());
    tokens.push_back(session.id.token.text());
    boots.push_back(absl::StrCat(static_cast<std::int64_t>(Number(session.holder.boot))));
    sequences.push_back(absl::StrCat(Sequence(session.holder)));
  }
  for (const auto* texts : {&orgs, &tokens, &boots, &sequences}) {
    Add(std::string_view(ArrayText(*texts)));
  }
  return *this;
}

Parameters& Parameters::Add(const std::vector<WorkerId>& workers) {
  std::string text = "{";
  for (const WorkerId worker : workers) {
    absl::StrAppend(&text, text.size() == 1 ? "" : ",", Number(worker));
  }
  return Add(std::string_view(text += "}"));
}

}  // namespace fencepost::pg
