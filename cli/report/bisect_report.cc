#include "cli/report/bisect_report.h"

#include <cstdio>

#include "cli/report/json.h"

namespace fencepost::cli {
namespace {

using campaign::Bisected;
using campaign::Verdict;

Json BisectionJson(const Bisected& bisected, Verdict verdict, const Output& output) {
  Json tested = Json::Array();
  for (const campaign::TestedCommit& commit : bisected.tested) {
    tested.push_back(
        Json::Object({{"commit", commit.commit},
                      {"verdict", campaign::CommitVerdictName(commit.judgement.verdict)},
                      {"why", commit.judgement.why}}));
  }
  Json first_bad = Json::Array();
  for (const campaign::NamedCommit& commit : bisected.first_bad) first_bad.push_back(commit.commit);
  return Json::Object({{"outcome", verdict == Verdict::kClean ? "found" : "undecided"},
                       {"exit_code", output.exit_code(verdict)},
                       {"property", bisected.property},
                       {"first_bad", first_bad},
                       {"tested", tested}});
}

}  // namespace

Verdict ShowBisection(const Bisected& bisected, const Output& output) {
  const bool certain = bisected.first_bad.size() == 1;
  const Verdict verdict = certain ? Verdict::kClean : Verdict::kNoVerdict;
  if (output.json) {
    PrintJson(BisectionJson(bisected, verdict, output));
    return verdict;
  }
  if (certain) {
    std::printf("%s\nis the first commit at which %s breaks\n",
                bisected.first_bad.front().description.c_str(), bisected.property.c_str());
    return verdict;
  }
  std::printf("%s first breaks at one of these commits; all but the last cannot be tested:\n",
              bisected.property.c_str());
  for (const campaign::NamedCommit& commit : bisected.first_bad) {
    std::printf("%s\n", commit.description.c_str());
  }
  return verdict;
}

}  // namespace fencepost::cli
