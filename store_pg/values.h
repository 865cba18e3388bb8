// C++ values as PostgreSQL's text, and back.
//
// Times are UTC with microseconds; infinite times are PostgreSQL's infinity. Durations are cut to
// microseconds and to four thousand years either way, which no clock here outlives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "core/rules/ids.h"
#include "core/rules/worker.h"

namespace fencepost::pg {

std::string TimeText(absl::Time time);
absl::Time ParseTime(std::string_view text);
std::string IntervalText(absl::Duration duration);
// '{"a","b"}'
std::string ArrayText(const std::vector<std::string>& texts);

// A statement's parameters, in order. Text with a zero byte would reach the server truncated:
// `status` is then an error, and the statement must not be sent.
class Parameters {
 public:
  Parameters& Add(std::int64_t number);
  Parameters& Add(BootId boot);
  Parameters& AddSequence(OperationId id);
  Parameters& Add(OperationId id);  // two parameters: boot, sequence
  Parameters& Add(absl::Time time);
  Parameters& Add(absl::Duration duration);
  Parameters& Add(std::string_view text);
  Parameters& Add(const std::vector<Image>& images);
  Parameters& Add(const std::vector<WorkerId>& workers);
  // Four parameters, each an array: orgs, tokens, boots of the holders and their sequences.
  Parameters& Add(const std::vector<SessionHandle>& sessions);
  template <class Tag>
  Parameters& Add(const Name<Tag>& name) {
    return Add(std::string_view(name.text()));
  }

  const std::vector<std::string>& texts() const { return texts_; }
  const absl::Status& status() const { return status_; }

 private:
  std::int64_t Sequence(OperationId id);

  std::vector<std::string> texts_;
  absl::Status status_;
};

}  // namespace fencepost::pg
