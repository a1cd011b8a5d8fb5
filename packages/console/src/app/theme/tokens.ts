import type { ThemeConfig } from "antd";
import { theme } from "antd";

const shared = {
  borderRadius: 6, borderRadiusSM: 4, borderRadiusLG: 8, controlHeight: 30, controlHeightSM: 24, controlHeightLG: 36,
  fontSize: 13, fontSizeSM: 12, fontSizeLG: 14, fontSizeXL: 16,
  fontSizeHeading1: 24, fontSizeHeading2: 20, fontSizeHeading3: 16, fontSizeHeading4: 14, fontSizeHeading5: 13,
  lineHeight: 20 / 13, lineHeightSM: 1.5, fontWeightStrong: 600, wireframe: false, motionDurationMid: "0.12s",
  fontFamily: 'Inter, "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", sans-serif',
  fontFamilyCode: '"JetBrains Mono", "SF Mono", Consolas, "Noto Sans Mono CJK SC", monospace',
};

const components = {
  Layout: { siderBg: "transparent", headerHeight: 48, headerPadding: "0 20px" },
  Menu: { itemHeight: 34, itemMarginBlock: 2, itemMarginInline: 8, itemBorderRadius: 6, iconSize: 15, subMenuItemBg: "transparent", activeBarBorderWidth: 0 },
  Table: { fontWeightStrong: 400, headerBg: "var(--ant-color-fill-quaternary)", headerColor: "var(--ant-color-text-tertiary)", cellPaddingBlockSM: 6, cellPaddingInlineSM: 10, cellPaddingBlock: 8, cellPaddingInline: 10, headerBorderRadius: 0, headerSplitColor: "transparent", cellFontSizeSM: 13 },
  Card: { headerHeight: 40, headerFontSize: 14, bodyPadding: 14, headerPadding: 14 },
  Tabs: { horizontalItemGutter: 22, horizontalItemPadding: "7px 0 8px", titleFontSize: 13 },
  Tag: { defaultBg: "var(--ant-color-fill-tertiary)" },
  Progress: { defaultColor: "var(--ant-color-primary)" },
  Statistic: { contentFontSize: 26, titleFontSize: 13 },
  Form: { itemMarginBottom: 16, verticalLabelPadding: "0 0 4px" },
  Button: { fontWeight: 400, primaryShadow: "none", defaultShadow: "none" },
} satisfies ThemeConfig["components"];

// One key for the variables of both modes: they stand on <html class="terrace">, so plain CSS can use them too.
const cssVar = { key: "terrace" };

/** The light theme of the look book. */
export const lightTheme: ThemeConfig = {
  algorithm: theme.defaultAlgorithm, cssVar, hashed: false, components,
  token: {
    ...shared,
    colorPrimary: "#2F7D5C", colorPrimaryHover: "#3A8F6B", colorPrimaryActive: "#24664A", colorPrimaryBg: "#EBF4EF", colorPrimaryBgHover: "#DCEBE3", colorPrimaryBorder: "#B5D3C4", colorPrimaryBorderHover: "#8FBDA6",
    colorLink: "#2F7D5C", colorLinkHover: "#3A8F6B", colorLinkActive: "#24664A",
    colorInfo: "#1F5FB0", colorSuccess: "#2F7D5C", colorWarning: "#A85E00", colorError: "#C4372B", colorInfoBg: "#EAF1FA", colorSuccessBg: "#EBF4EF", colorWarningBg: "#FBF0E4", colorErrorBg: "#FCEEEC",
    colorBgLayout: "#F5F6F5", colorBgContainer: "#FFFFFF", colorBgElevated: "#FFFFFF", colorBorder: "#DCE0DD", colorBorderSecondary: "#E8EBE9",
    colorText: "#1B1F1D", colorTextSecondary: "#535D58", colorTextTertiary: "#67716B", colorTextQuaternary: "#9AA39E",
    colorFillTertiary: "#F0F2F1", colorFillQuaternary: "#F7F8F7",
  },
};

/** The dark theme of the look book. */
export const darkTheme: ThemeConfig = {
  algorithm: theme.darkAlgorithm, cssVar, hashed: false,
  components: {
    ...components,
    Menu: { ...components.Menu, itemSelectedColor: "#5DBB94", subMenuItemSelectedColor: "#5DBB94" },
    Tabs: { ...components.Tabs, itemSelectedColor: "#5DBB94", inkBarColor: "#5DBB94" },
  },
  token: {
    ...shared,
    colorPrimary: "#3A9670", colorPrimaryHover: "#3F9A74", colorPrimaryActive: "#2B6E52", colorPrimaryBg: "#1B2F26", colorPrimaryBgHover: "#223B30", colorPrimaryBorder: "#2F5644", colorPrimaryBorderHover: "#3B6B55",
    colorLink: "#5DBB94", colorLinkHover: "#79CBA9", colorLinkActive: "#4FAE86",
    colorInfo: "#8FC0FF", colorSuccess: "#62C29B", colorWarning: "#F0B05A", colorError: "#FF8578", colorInfoBg: "#1A2836", colorSuccessBg: "#1B2F26", colorWarningBg: "#332716", colorErrorBg: "#3A211E",
    colorBgLayout: "#121513", colorBgContainer: "#1A1D1B", colorBgElevated: "#222624", colorBorder: "#373D3A", colorBorderSecondary: "#2A2F2C",
    colorText: "#E8ECEA", colorTextSecondary: "#B4BDB8", colorTextTertiary: "#8F9994", colorTextQuaternary: "#66706B",
    colorFillTertiary: "#262B28", colorFillQuaternary: "#1F2321",
  },
};
