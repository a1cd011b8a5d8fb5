import { access } from "./en/access.ts";
import { analyses } from "./en/analyses.ts";
import { audit } from "./en/audit.ts";
import { backups } from "./en/backups.ts";
import { chart } from "./en/chart.ts";
import { boards } from "./en/boards.ts";
import { common } from "./en/common.ts";
import { conditions } from "./en/conditions.ts";
import { data } from "./en/data.ts";
import { doctor } from "./en/doctor.ts";
import { duplicates } from "./en/duplicates.ts";
import { experimentGroups } from "./en/experiment-groups.ts";
import { experimentPlan } from "./en/experiment-plan.ts";
import { experimentFaults } from "./en/experiment-faults.ts";
import { experimentBandit } from "./en/experiment-bandit.ts";
import { experimentReadings } from "./en/experiment-readings.ts";
import { experiments } from "./en/experiments.ts";
import { exports } from "./en/exports.ts";
import { faults } from "./en/faults.ts";
import { flags } from "./en/flags.ts";
import { templates } from "./en/templates.ts";
import { broadcasts } from "./en/broadcasts.ts";
import { governor } from "./en/governor.ts";
import { holdouts } from "./en/holdouts.ts";
import { home } from "./en/home.ts";
import { imports } from "./en/imports.ts";
import { insightPeople } from "./en/insight-people.ts";
import { insightReports } from "./en/insight-reports.ts";
import { insightBehaviour } from "./en/insight-behaviour.ts";
import { insight } from "./en/insight.ts";
import { channels } from "./en/channels.ts";
import { journeyDraw } from "./en/journey-draw.ts";
import { journeys } from "./en/journeys.ts";
import { computed } from "./en/computed.ts";
import { lifecycle } from "./en/lifecycle.ts";
import { traits } from "./en/traits.ts";
import { messages } from "./en/messages.ts";
import { metrics } from "./en/metrics.ts";
import { people } from "./en/people.ts";
import { privacy } from "./en/privacy.ts";
import { pyramids } from "./en/pyramids.ts";
import { pulls } from "./en/pulls.ts";
import { receivers } from "./en/receivers.ts";
import { referrals } from "./en/referrals.ts";
import { reports } from "./en/reports.ts";
import { rights } from "./en/rights.ts";
import { segments } from "./en/segments.ts";
import { settings } from "./en/settings.ts";
import { shell } from "./en/shell.ts";
import { simulation } from "./en/simulation.ts";
import { verification } from "./en/verification.ts";
import { visual } from "./en/visual.ts";
import { webhooks } from "./en/webhooks.ts";

/** Every text of the console in English, by key. */
export const en = {
  ...access,
  ...analyses,
  ...audit,
  ...backups,
  ...doctor,
  ...chart,
  ...boards,
  ...common,
  ...conditions,
  ...data,
  ...duplicates,
  ...exports,
  ...faults,
  ...broadcasts,
  ...governor,
  ...holdouts,
  ...templates,
  ...journeyDraw,
  ...journeys,
  ...home,
  ...imports,
  ...insight,
  ...insightBehaviour,
  ...insightPeople,
  ...insightReports,
  ...channels,
  ...computed,
  ...lifecycle,
  ...traits,
  ...messages,
  ...metrics,
  ...people,
  ...privacy,
  ...pulls,
  ...pyramids,
  ...receivers,
  ...referrals,
  ...reports,
  ...rights,
  ...segments,
  ...settings,
  ...shell,
  ...simulation,
  ...experimentGroups,
  ...experimentPlan,
  ...experimentBandit,
  ...experimentFaults,
  ...experimentReadings,
  ...experiments,
  ...flags,
  ...verification,
  ...visual,
  ...webhooks,
} as const;
