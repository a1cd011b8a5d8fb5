/** Words of charts. */
export const chart = {
  "chart.unit": "Unit: {{unit}}",
  "chart.exportCsv": "Data as CSV",
  "chart.exportPng": "Picture as PNG",
  "chart.hidden_one": "{{count}} more series stands in the table only",
  "chart.hidden_other": "{{count}} more series stand in the table only",
} as const;
