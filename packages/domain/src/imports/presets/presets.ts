import { DOUYIN } from "./douyin.ts";
import { MEITUAN } from "./meituan.ts";
import type { Preset } from "./preset.ts";
import { SHOPIFY } from "./shopify.ts";
import { TMALL } from "./tmall.ts";
import { WEIMOB } from "./weimob.ts";
import { YOUZAN } from "./youzan.ts";

/** The exports of other platforms that are known by their columns. */
export const PRESETS: readonly Preset[] = [...YOUZAN, ...WEIMOB, ...DOUYIN, ...TMALL, ...MEITUAN, ...SHOPIFY];
