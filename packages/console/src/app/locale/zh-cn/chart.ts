/** Words of charts. */
export const chart = {
  "chart.unit": "单位 {{unit}}",
  "chart.exportCsv": "数据 CSV",
  "chart.exportPng": "图片 PNG",
  "chart.hidden_other": "另有 {{count}} 个系列只在表格中",
} as const;
