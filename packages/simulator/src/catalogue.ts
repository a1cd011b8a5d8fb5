/** Something sold: a drink, or one of the chain's tea cosmetics. Prices in yuan. */
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly category: string;
  readonly price: number;
  readonly liking: number;
};

const item = (...[id, name, category, price, liking]: readonly [string, string, string, number, number]): Product => ({
  id,
  name,
  category,
  price,
  liking,
});

/** The drink whose price is raised (see `plan.ts`) is the first. */
export const DRINKS: readonly [Product, ...Product[]] = [
  item("D01", "杨枝甘露", "果茶", 18, 14),
  item("D02", "招牌乌龙奶茶", "奶茶", 15, 12),
  item("D03", "芝士葡萄", "果茶", 22, 9),
  item("D04", "桂花龙井", "纯茶", 14, 6),
  item("D05", "黑糖珍珠奶茶", "奶茶", 16, 9),
  item("D06", "茉莉轻乳茶", "奶茶", 17, 10),
  item("D07", "百香柠檬茶", "果茶", 15, 7),
  item("D08", "生椰拿铁", "咖啡", 19, 8),
  item("D09", "燕麦拿铁", "咖啡", 21, 6),
  item("D10", "冰美式", "咖啡", 12, 6),
  item("D11", "芋泥波波", "奶茶", 19, 7),
  item("D12", "凤凰单丛", "纯茶", 16, 4),
  item("D13", "多肉青提", "果茶", 20, 8),
  item("D14", "抹茶鲜奶", "奶茶", 18, 6),
  item("D15", "白桃乌龙", "纯茶", 15, 5),
  item("D16", "红豆双皮奶", "小食", 13, 3),
  item("D17", "海盐可颂", "小食", 11, 4),
  item("D18", "桂花糕", "小食", 9, 3),
];

export const COSMETICS: readonly [Product, ...Product[]] = [
  item("C01", "绿茶保湿面膜（5 片）", "面膜", 89, 10),
  item("C02", "茶籽护手霜", "手护", 59, 12),
  item("C03", "白茶香氛喷雾", "香氛", 129, 8),
  item("C04", "乌龙焕亮精华", "精华", 219, 5),
  item("C05", "茉莉润唇膏", "彩妆", 49, 9),
  item("C06", "桂花身体乳", "身体护理", 99, 6),
  item("C07", "单丛洁面慕斯", "洁面", 79, 7),
  item("C08", "山茶花精油", "精华", 169, 3),
  item("C09", "茶礼盒·四季", "礼盒", 199, 4),
  item("C10", "茶礼盒·臻选", "礼盒", 399, 2),
];

export const DRINK_LIKINGS = DRINKS.map(({ liking }) => liking);
export const COSMETIC_LIKINGS = COSMETICS.map(({ liking }) => liking);

/** Words people search, and how many products they find; the last is a wish that finds nothing (planted). */
export const SEARCHES = [
  { query: "奶茶", results: 6 },
  { query: "杨枝甘露", results: 1 },
  { query: "咖啡", results: 3 },
  { query: "面膜", results: 1 },
  { query: "护手霜", results: 1 },
  { query: "礼盒", results: 2 },
  { query: "葡萄", results: 1 },
  { query: "优惠券", results: 0 },
  { query: "无糖气泡茶", results: 0 },
] as const;
export const SEARCH_WEIGHTS = [10, 8, 7, 5, 4, 4, 5, 3, 6] as const;
export const WISH = "无糖气泡茶";

export type City = { readonly name: string; readonly province: string; readonly tier: 1 | 2 | 3; readonly weight: number };
const city = (name: string, province: string, tier: City["tier"], weight: number): City => ({ name, province, tier, weight });
export const CITIES: readonly [City, ...City[]] = [
  city("上海", "上海", 1, 15),
  city("北京", "北京", 1, 10),
  city("广州", "广东", 1, 9),
  city("深圳", "广东", 1, 9),
  city("杭州", "浙江", 2, 9),
  city("成都", "四川", 2, 8),
  city("武汉", "湖北", 2, 6),
  city("南京", "江苏", 2, 6),
  city("苏州", "江苏", 2, 5),
  city("长沙", "湖南", 2, 5),
  city("西安", "陕西", 2, 4),
  city("绍兴", "浙江", 3, 4),
  city("泉州", "福建", 3, 4),
  city("洛阳", "河南", 3, 3),
  city("柳州", "广西", 3, 3),
];
export const CITY_WEIGHTS = CITIES.map(({ weight }) => weight);

/** A shop; its 活码 is the code on the counter that leads to the mini-program. */
export type Store = { readonly id: string; readonly name: string; readonly city: string; readonly code: string };
export const STORES: readonly Store[] = CITIES.flatMap(({ name, tier }, place) =>
  ["万象店", "大学城店", "地铁店"].slice(0, 4 - tier).map((label, number) => ({
    id: `S${String(place + 1).padStart(2, "0")}${number + 1}`,
    name: `${name}${label}`,
    city: name,
    code: `hm-${place + 1}-${number + 1}`,
  })),
);
const BY_CITY = Map.groupBy(STORES, (store) => store.city);
export function storesOf(cityName: string): readonly Store[] {
  return BY_CITY.get(cityName) ?? STORES;
}

/** Surnames that are common, given names made of tea: nobody is called like this. */
export const SURNAMES = ["林", "陈", "周", "吴", "沈", "许", "何", "苏", "叶", "梁", "宋", "唐", "韩", "冯", "江", "顾"] as const;
export const GIVEN = [
  "小茗",
  "青芽",
  "云雾",
  "龙珠",
  "银针",
  "毛尖",
  "岩韵",
  "茉香",
  "桂露",
  "单丛",
  "翠峰",
  "茶茶",
  "白毫",
  "松萝",
  "碧螺",
  "香片",
] as const;

/** What is written under a post or with a rating, from good to bad. */
export const REMARKS = {
  good: ["很好喝，会再来", "面膜很服帖", "包装精致，送人合适", "小姐姐很热情", "冰量刚好，甜度可以"],
  fair: ["还可以，有点甜", "味道一般，出杯快", "等了一会儿"],
  poor: ["等了四十分钟", "送来洒了一半", "客服一直没有回复", "涨价了不值"],
} as const satisfies Record<string, readonly [string, ...string[]]>;
