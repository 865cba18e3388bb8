#include "cli/report/explore_report.h"

#include <fmt/format.h>

#include "campaign/strategies.h"
#include "campaign/text.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

using campaign::BoundText;
using campaign::Explored;
using sim::ExhaustiveBounds;

Json OrNull(std::uint64_t bound) { return bound == ExhaustiveBounds::kNone ? Json() : Json(bound); }

Json FieldsOf(const Explored& explored, sim::Reduction reduction) {
  Json fields;
  fields["strategy"] = campaign::kExhaustive;
  fields["complete"] = explored.complete_within_bounds() && explored.report.complete();
  fields["complete_within_bounds"] = explored.complete_within_bounds();
  fields["completeness"] = explored.Completeness();
  fields["reduction"] = sim::ReductionName(reduction);
  fields["redundant_executions"] = explored.report.redundant;
  fields["distinct_states"] =
      explored.distinct_states == 0 ? Json() : Json(explored.distinct_states);
  fields["distinct_end_states"] = explored.distinct_end_states;
  fields["bounds"] = Json::Object(
      {{"max_preemptions", OrNull(explored.bounds.max_preemptions)},
       {"max_faults", OrNull(explored.bounds.max_faults)},
       {"max_executions", OrNull(explored.bounds.max_executions)},
       {"seconds", explored.time ? Json(absl::ToDoubleSeconds(*explored.time)) : Json()}});
  return fields;
}

std::string LinesOf(const Explored& explored, sim::Reduction reduction) {
  return fmt::format(
      "{}{} distinct end states\nreduction: {}\nbounds: preemptions {}, faults {}, executions {}, "
      "time {}\n{}\n",
      explored.distinct_states == 0 ? "" : Grouped(explored.distinct_states) + " distinct states, ",
      Grouped(explored.distinct_end_states), sim::ReductionName(reduction),
      BoundText(explored.bounds.max_preemptions), BoundText(explored.bounds.max_faults),
      BoundText(explored.bounds.max_executions),
      explored.time ? campaign::DurationText(*explored.time) : "none", explored.Completeness());
}

}  // namespace

campaign::Verdict ShowExplored(const Explored& explored, sim::Reduction reduction,
                               const CampaignOutput& how) {
  return ShowCampaign({explored.result}, how,
                      {FieldsOf(explored, reduction), LinesOf(explored, reduction),
                       explored.result.seconds, explored.command});
}

void ShowFootprintCheck(const sim::FootprintCheck& check, const Output& output) {
  if (!output.json) {
    fmt::print("{}", check.Text());
    return;
  }
  const Json fields = Json::Object({{"passed", check.passed()},
                                    {"undeclared_dependency", check.dependency.has_value()},
                                    {"missed_an_end", check.missed_an_end()},
                                    {"executions", check.plain.executions},
                                    {"text", check.Text()}});
  fmt::print("{}\n", fields.Text());
}

}  // namespace fencepost::cli
