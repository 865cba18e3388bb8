#include "cli/report/run_page.h"

#include <fmt/format.h>

#include "campaign/revision.h"
#include "campaign/text.h"
#include "campaign/verdict.h"
#include "cli/report/text.h"

namespace fencepost::cli {
namespace {

std::string Paragraph(std::string_view start, const std::string& text, const DrawStyle& style) {
  const std::string whole = std::string(start) + Printable(text, style.unicode);
  std::string paragraph;
  for (const std::string& line : Wrapped(whole, style.width, 2)) paragraph += line + "\n";
  return paragraph;
}

std::string Violated(std::string_view what, const RunReport& report, const DrawStyle& style) {
  if (!report.violation) return Paragraph(what, report.message, style);
  const properties::Violation& violation = *report.violation;
  return Paragraph(what, std::string(violation.property), style) +
         Paragraph("  ", std::string(violation.sentence), style) +
         Paragraph("  ", std::string(violation.detail), style);
}

std::string FaultText(const RunReport& report, const DrawStyle& style) {
  std::string hit;
  for (const std::string& fault : report.faults_hit) hit += (hit.empty() ? "" : ", ") + fault;
  return Paragraph("faults on offer: ", report.fault_mix.empty() ? "none" : report.fault_mix,
                   style) +
         Paragraph("faults that hit: ", hit.empty() ? "none" : hit, style);
}

}  // namespace

std::string VerdictText(const RunReport& report, const DrawStyle& style) {
  if (campaign::NothingHappened(report)) {
    return Paragraph("nothing happened: ", "the run had no event at all and so shows nothing",
                     style);
  }
  switch (report.end) {
    case RunEnd::kPassed:
      return "passed: no property was broken in this run\n";
    case RunEnd::kPropertyBroken:
      return Violated("property broken: ", report, style);
    case RunEnd::kNoConvergence:
      return Violated("no convergence: ", report, style);
    case RunEnd::kCodeCrashed:
      return Paragraph("the code crashed: ", report.message, style);
    case RunEnd::kLimitReached:
      return Paragraph("no verdict, the run reached a limit: ", report.message, style);
    case RunEnd::kStoreFailed:
      return Paragraph("no verdict, the store failed: ", report.message, style);
    case RunEnd::kParted:
      return Paragraph("the run parted from its recording: ", report.message, style);
    case RunEnd::kExhausted:
      return "nothing was run\n";
  }
  return "";
}

std::string RunPage(const RunReport& report, const sim::Timeline& timeline,
                    const DrawStyle& style) {
  return VerdictText(report, style) + "\n" + DrawTimeline(timeline, style) + "\n" +
         FaultText(report, style) +
         fmt::format("hash {}, {} steps, {} events, {} of virtual time\nrevision {}\n",
                     campaign::HashText(report.hash), Grouped(report.steps), Grouped(report.events),
                     campaign::DurationText(report.virtual_time), campaign::Revision());
}

}  // namespace fencepost::cli
