const ZH = {
  title: "定义事件",
  select: "选取",
  browse: "浏览",
  close: "结束",
  hint: "点击页面上的元素，给它起一个事件名。",
  browseHint: "现在可以正常使用页面；切回「选取」再点元素。",
  where: "哪些元素",
  is: "只有这一个",
  alike: "列表中的同类",
  last: "所有同类元素",
  any: "不限位置，只看文字",
  text: "文字是",
  page: "哪些页面",
  pageIs: "只在本页",
  pagePattern: "同类页面",
  pageAny: "所有页面",
  times: "近 30 天 {n} 次",
  counting: "正在统计…",
  name: "事件名",
  save: "保存事件",
  cancel: "取消",
  saved: "已保存「{name}」，近 30 天 {n} 次",
  noName: "填写事件名",
  taken: "已有同名事件，换一个名字",
  failed: "没有成功：{why}",
  expired: "链接已过期或不属于此网站，从 Terrace 重新打开。",
  defined: "已定义 {n} 个",
};
export type Words = Readonly<Record<keyof typeof ZH, string>>;

const EN: Words = {
  title: "Define events",
  select: "Select",
  browse: "Browse",
  close: "End",
  hint: "Click an element of the page and give the event a name.",
  browseHint: "The page works as usual now; go back to Select to pick an element.",
  where: "Which elements",
  is: "Only this one",
  alike: "Its like in the list",
  last: "All elements of its kind",
  any: "Anywhere, by text only",
  text: "Text is",
  page: "On which pages",
  pageIs: "This page",
  pagePattern: "Pages like it",
  pageAny: "All pages",
  times: "{n} times in 30 days",
  counting: "Counting…",
  name: "Event name",
  save: "Save event",
  cancel: "Cancel",
  saved: "Saved “{name}”, {n} times in 30 days",
  noName: "Enter a name",
  taken: "An event of this name exists, choose another",
  failed: "That failed: {why}",
  expired: "The link has expired or is for another site. Open the page again from Terrace.",
  defined: "{n} defined",
};

/** The words for a browser's language. */
export function wordsFor(language: string): Words {
  return language.toLowerCase().startsWith("zh") ? ZH : EN;
}

/** Puts values into a text. */
export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
