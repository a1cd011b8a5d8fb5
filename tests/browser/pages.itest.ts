import { DESK, HAND, lookThroughPages } from "./every-page.ts";

// In Chinese, and each by its address: pages-zh.itest.ts, in the long tier.
lookThroughPages("en", [HAND, DESK], "links");
