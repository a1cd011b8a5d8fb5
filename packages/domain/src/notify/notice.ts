/** The languages in which people are told of something. */
export const NOTICE_LANGUAGES = ["zh", "en"] as const;
export type NoticeLanguage = (typeof NOTICE_LANGUAGES)[number];

/** Where somebody can be told: by e-mail, by the robot of a group, or by a call to a system of one's own. */
export const TARGET_KINDS = ["email", "wecom", "dingtalk", "feishu", "webhook"] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** One thing to tell, in one language. */
export type Notice = {
  readonly title: string;
  /** Short lines of plain text, the most telling first; channels with a limit leave out the last ones. */
  readonly lines: readonly string[];
  readonly link?: { readonly text: string; readonly url: string } | undefined;
  /** For e-mail; where there is none, the lines. */
  readonly html?: string | undefined;
  readonly attachments?: readonly { readonly name: string; readonly type: string; readonly base64: string }[] | undefined;
  /** For systems of one's own: the figures themselves. */
  readonly data?: unknown;
};

/** As many of the lines as fit into `bytesMax` bytes of UTF-8 together with what stands around them, and whether some were left out. */
export function fittingLines(lines: readonly string[], bytesMax: number): { readonly lines: readonly string[]; readonly cut: boolean } {
  const encoder = new TextEncoder();
  const kept: string[] = [];
  let bytes = 0;
  for (const line of lines) {
    bytes += encoder.encode(line).length + 2;
    if (bytes > bytesMax) return { lines: kept, cut: true };
    kept.push(line);
  }
  return { lines: kept, cut: false };
}

/** Text as it is, in the Markdown of a robot: nothing in it becomes a link, a heading or a mention. */
export function plainInMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>#@|~]/g, (sign) => FULL_WIDTH[sign] ?? sign).replace(/\s*\n\s*/g, " ");
}

/** Robots' Markdown knows no escapes; signs of full width look alike and mean nothing to it. */
const FULL_WIDTH: Readonly<Record<string, string>> = {
  "\\": "＼",
  "`": "｀",
  "*": "＊",
  _: "＿",
  "[": "［",
  "]": "］",
  "<": "＜",
  ">": "＞",
  "#": "＃",
  "@": "＠",
  "|": "｜",
  "~": "～",
};
