/** Words of charts and of the notes on them. */
export const chart = {
  "chart.unit": "Unit: {{unit}}",
  "chart.exportCsv": "Data as CSV",
  "chart.exportPng": "Picture as PNG",
  "chart.hidden_one": "{{count}} more series stands in the table only",
  "chart.hidden_other": "{{count}} more series stand in the table only",

  "annotation.title": "Notes on charts",
  "annotation.about": "Notes are shown on every chart over time of this workspace: the start of a campaign, a new release.",
  "annotation.none": "No notes within these days.",
  "annotation.day": "Day",
  "annotation.text": "What happened",
  "annotation.example": "Summer lottery starts",
  "annotation.needsDay": "Choose a day",
  "annotation.needsText": "Say what happened",
  "annotation.deleteTitle": "Delete this note?",
} as const;
