import { access } from "./zh-cn/access.ts";
import { common } from "./zh-cn/common.ts";
import { data } from "./zh-cn/data.ts";
import { duplicates } from "./zh-cn/duplicates.ts";
import { faults } from "./zh-cn/faults.ts";
import { home } from "./zh-cn/home.ts";
import { imports } from "./zh-cn/imports.ts";
import { people } from "./zh-cn/people.ts";
import { privacy } from "./zh-cn/privacy.ts";
import { receivers } from "./zh-cn/receivers.ts";
import { settings } from "./zh-cn/settings.ts";
import { shell } from "./zh-cn/shell.ts";
import { webhooks } from "./zh-cn/webhooks.ts";

/** Every text of the console in Chinese, by key. */
export const zhCn = {
  ...access,
  ...common,
  ...data,
  ...duplicates,
  ...faults,
  ...home,
  ...imports,
  ...people,
  ...privacy,
  ...receivers,
  ...settings,
  ...shell,
  ...webhooks,
} as const;
