import { DESK, HAND, lookThroughPages } from "./every-page.ts";

// In Chinese: pages-zh.itest.ts, in the long tier.
lookThroughPages("en", [HAND, DESK]);
