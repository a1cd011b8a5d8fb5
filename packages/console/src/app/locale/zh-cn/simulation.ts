export const simulation = {
  "simulation.what": "这里是模拟数据：一家虚构的连锁茶饮，人和订单都不是真的。",
  "simulation.filling": "正在生成 {{people}} 人过去 {{days}} 天的活动",
  "simulation.progress": "生成进度",
  "simulation.live": "其中的人正在实时活动，新事件会不断进来。",
  "simulation.liveFast": "其中的人正以 {{speed}} 倍速活动。",
  "simulation.still": "目前静止，没有新事件。",
  "simulation.stop": "停止活动",
  "simulation.start": "让其活动",
  "start.other.sample": "「{{name}}」：真实样例，一家英国网店 2010 至 2011 年的订单",
  "start.other.simulated": "「{{name}}」：一家虚构连锁茶饮最近半年的用户、事件和订单",
  "start.others": "另外的工作区",
} as const;
