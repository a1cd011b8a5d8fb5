import { access } from "./zh-cn/access.ts";
import { analyses } from "./zh-cn/analyses.ts";
import { audit } from "./zh-cn/audit.ts";
import { backups } from "./zh-cn/backups.ts";
import { chart } from "./zh-cn/chart.ts";
import { boards } from "./zh-cn/boards.ts";
import { common } from "./zh-cn/common.ts";
import { conditions } from "./zh-cn/conditions.ts";
import { data } from "./zh-cn/data.ts";
import { doctor } from "./zh-cn/doctor.ts";
import { duplicates } from "./zh-cn/duplicates.ts";
import { experimentGroups } from "./zh-cn/experiment-groups.ts";
import { experimentPlan } from "./zh-cn/experiment-plan.ts";
import { experimentFaults } from "./zh-cn/experiment-faults.ts";
import { experimentBandit } from "./zh-cn/experiment-bandit.ts";
import { experimentReadings } from "./zh-cn/experiment-readings.ts";
import { experiments } from "./zh-cn/experiments.ts";
import { exports } from "./zh-cn/exports.ts";
import { faults } from "./zh-cn/faults.ts";
import { flags } from "./zh-cn/flags.ts";
import { templates } from "./zh-cn/templates.ts";
import { broadcasts } from "./zh-cn/broadcasts.ts";
import { governor } from "./zh-cn/governor.ts";
import { holdouts } from "./zh-cn/holdouts.ts";
import { home } from "./zh-cn/home.ts";
import { imports } from "./zh-cn/imports.ts";
import { insightPeople } from "./zh-cn/insight-people.ts";
import { insightReports } from "./zh-cn/insight-reports.ts";
import { insightBehaviour } from "./zh-cn/insight-behaviour.ts";
import { insight } from "./zh-cn/insight.ts";
import { channels } from "./zh-cn/channels.ts";
import { journeyDraw } from "./zh-cn/journey-draw.ts";
import { journeys } from "./zh-cn/journeys.ts";
import { computed } from "./zh-cn/computed.ts";
import { lifecycle } from "./zh-cn/lifecycle.ts";
import { traits } from "./zh-cn/traits.ts";
import { messages } from "./zh-cn/messages.ts";
import { metrics } from "./zh-cn/metrics.ts";
import { people } from "./zh-cn/people.ts";
import { privacy } from "./zh-cn/privacy.ts";
import { pyramids } from "./zh-cn/pyramids.ts";
import { pulls } from "./zh-cn/pulls.ts";
import { receivers } from "./zh-cn/receivers.ts";
import { referrals } from "./zh-cn/referrals.ts";
import { reports } from "./zh-cn/reports.ts";
import { rights } from "./zh-cn/rights.ts";
import { segments } from "./zh-cn/segments.ts";
import { settings } from "./zh-cn/settings.ts";
import { shell } from "./zh-cn/shell.ts";
import { simulation } from "./zh-cn/simulation.ts";
import { verification } from "./zh-cn/verification.ts";
import { visual } from "./zh-cn/visual.ts";
import { webhooks } from "./zh-cn/webhooks.ts";

/** Every text of the console in Chinese, by key. */
export const zhCn = {
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
