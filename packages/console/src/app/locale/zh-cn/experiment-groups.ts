/** 实验的分组结果。 */
export const experimentGroups = {
  "experiments.groups": "分组结果",
  "experiments.groups.metric": "分组看的指标",
  "experiments.groups.by": "按什么分组",
  "experiments.groups.empty": "选一个特征、分群或曝光事件的属性，看效果在哪些人身上更大。",
  "experiments.groups.nobody": "曝光的用户都没有这个值",
  "experiments.groups.splitOff": "人数不符合权重",
  "experiments.groups.corrected_other":
    "{{groups}} 个组、所有主要和次要指标、每个版本，一共比较 {{count}} 次：看得越多，越容易碰巧显著，所以一起按 {{correction}} 校正，区间也相应放宽。护栏指标不校正。",
  "experiments.groups.believed": "贝叶斯结果不做校正：看的组越多，越可能有一组只是碰巧显得更好。",
  "experiments.groups.interaction.differs": "「{{name}}」的效果在各组之间不同（{{p}}），要分组看。",
  "experiments.groups.interaction.unclear": "看不出「{{name}}」的效果在各组之间有差别（{{p}}）：对每组最好的估计仍是整体效果。",
  "experiments.groups.asOfNow": "特征和分群按现在的值算：改变它们的版本会让用户换组，组间的差别可能只是人不同。",
  "experiments.groups.offNotCompared": "有的组人数不符合权重，无法判断效果在各组之间是否不同。",
  "experiments.groups.leftOut_other": "有 {{count}} 个组在某个版本里不足 {{least}} 人，没有参与比较。",
  "experiments.deviation": "标准差 {{value}}",
  "experiments.since": "自 {{day}}",
  "experiments.ranDays_other": "已 {{count}} 天",
  "experiments.decidedFor": "采用「{{name}}」",
  "experiments.group": "组",
} as const;
