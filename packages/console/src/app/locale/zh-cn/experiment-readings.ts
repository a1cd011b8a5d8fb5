/** 实验的更多解读：曝光后各天的效果、实验之间的影响。 */
export const experimentReadings = {
  "experiments.novelty": "曝光后各天的效果",
  "experiments.novelty.metric": "逐天看的指标",
  "experiments.novelty.day": "第 {{number}} 天",
  "experiments.novelty.summary_other": "曝光后 {{count}} 天里每天对{{name}}的效果",
  "experiments.novelty.none": "还没有人曝光满一天，或每天的人数太少",
  "experiments.novelty.untold": "这个指标不能逐天计算",
  "experiments.novelty.noTrend": "曝光满全部天数的用户还太少，或指标是比值，看不出效果是否消退。",
  "experiments.novelty.trend.fades":
    "「{{name}}」的效果在消退：每天变化 {{slope}}（{{p}}，{{people}} 人）。整体效果里有新鲜感的成分，长期会更小。",
  "experiments.novelty.trend.grows": "「{{name}}」的效果在增强：每天变化 {{slope}}（{{p}}，{{people}} 人）。",
  "experiments.novelty.trend.reverses":
    "「{{name}}」的效果反转了：每天变化 {{slope}}（{{p}}，{{people}} 人）。最后一天的效果与第一天方向相反。",
  "experiments.novelty.trend.unclear": "看不出「{{name}}」的效果在消退、增强或反转（{{p}}，{{people}} 人）。",
  "experiments.novelty.note":
    "每人从自己的曝光起算，每 24 小时一天；各天的区间一起成立，是否消退按所有指标和版本一起校正，没有用曝光前的行为缩窄。",
  "experiments.download": "下载 CSV",
  "experiments.interaction": "与其他实验的影响",
  "experiments.interaction.with": "另一个实验",
  "experiments.interaction.metric": "看影响的指标",
  "experiments.interaction.empty": "选一个同时进行的实验，看它的版本是否改变这里的效果。",
  "experiments.interaction.alone": "没有同时进行的其他实验",
  "experiments.interaction.dependent":
    "两个实验都进入的用户没有按两边的权重分布（{{p}}）：这个实验和「{{name}}」影响了谁会进入对方，效果是否不同无法判断。",
  "experiments.interaction.call.differs": "「{{other}}」的版本改变了「{{name}}」的效果（{{p}}）：两者一起上线前要看各自的组合。",
  "experiments.interaction.call.unclear": "看不出「{{other}}」改变了「{{name}}」的效果（{{p}}）。",
  "experiments.interaction.note": "只算两个实验都曝光过的用户；每行是他们在另一个实验的一个版本里看到的效果，一起校正。",
} as const;
