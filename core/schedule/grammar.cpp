// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/schedule/grammar.h"

namespace eph::schedule {

const Grammar &grammarOf(Dialect dialect)
{
    static const Grammar rules{.year = Presence::Required,
                               .wrapped = true,
                               .oneBlank = true,
                               .reversed = ReversedRange::Wraps,
                               .question = QuestionMark::OneDayField,
                               .specials = true,
                               .daysBeforeLast = true,
                               .fewDigits = true,
                               .limitsStep = true,
                               .sunday = 1,
                               .star = StarRule::Never};
    static const Grammar scheduler = [] {
        Grammar grammar = rules;
        grammar.year = Presence::Optional;
        return grammar;
    }();
    static const Grammar crontab{.openStep = false, .sevenIsSunday = true};
    static const Grammar gcp{.openStep = false, .sevenIsSunday = true, .star = StarRule::PlainStar};
    static const Grammar kubernetes{.question = QuestionMark::Star, .skipsEmptyItems = true, .star = StarRule::PlainStar};
    static const Grammar azure{.seconds = Presence::Optional,
                               .reversed = ReversedRange::Swapped,
                               .zeroStep = ZeroStep::One,
                               .star = StarRule::Never,
                               .names = Names::Prefix};
    static const Grammar quartz{.seconds = Presence::Required,
                                .year = Presence::Optional,
                                .reversed = ReversedRange::Wraps,
                                .zeroStep = ZeroStep::Ignored,
                                .question = QuestionMark::OneDayField,
                                .specials = true,
                                .daysBeforeLast = true,
                                .specialLists = true,
                                .limitsStep = true,
                                .skipsEmptyItems = true,
                                .sunday = 1,
                                .star = StarRule::Never};
    static const Grammar openWhisk{.seconds = Presence::Optional, .january = 0, .star = StarRule::EveryValue};
    switch (dialect) {
    case Dialect::EventBridgeRules: return rules;
    case Dialect::EventBridgeScheduler: return scheduler;
    case Dialect::Unix: return crontab;
    case Dialect::Gcp: return gcp;
    case Dialect::Kubernetes: return kubernetes;
    case Dialect::Azure: return azure;
    case Dialect::Quartz: return quartz;
    case Dialect::OpenWhisk: return openWhisk;
    }
    Q_UNREACHABLE();
}

} // namespace eph::schedule
