/** Words of charts and of the notes on them. */
export const chart = {
  "chart.unit": "单位 {{unit}}",
  "chart.exportCsv": "数据 CSV",
  "chart.exportPng": "图片 PNG",
  "chart.hidden_other": "另有 {{count}} 个系列只在表格中",

  "annotation.title": "图表注释",
  "annotation.about": "注释显示在这个工作区的所有时间图上，例如活动开始、改版上线。",
  "annotation.none": "这段时间还没有注释。",
  "annotation.day": "日期",
  "annotation.text": "发生了什么",
  "annotation.example": "盛夏抽茶开始",
  "annotation.needsDay": "选一个日期",
  "annotation.needsText": "写一句发生了什么",
  "annotation.deleteTitle": "删除这条注释？",
} as const;
