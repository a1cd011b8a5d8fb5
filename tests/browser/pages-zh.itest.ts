import { DESK, HAND, lookThroughPages } from "./every-page.ts";

lookThroughPages("zh-CN", [DESK, HAND], "addresses");
