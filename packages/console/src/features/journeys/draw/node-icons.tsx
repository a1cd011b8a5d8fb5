import {
  ApiOutlined,
  BranchesOutlined,
  ClockCircleOutlined,
  EditOutlined,
  EnterOutlined,
  FlagOutlined,
  FieldTimeOutlined,
  LoginOutlined,
  LogoutOutlined,
  MailOutlined,
  NotificationOutlined,
  PercentageOutlined,
  SolutionOutlined,
  TagOutlined,
} from "@ant-design/icons";
import type { NodeKind } from "@terrace/domain/journeys/journey-definition";
import type { ReactNode } from "react";

/** The sign of each kind of node, and of the entry. */
export const NODE_ICONS: Readonly<Record<NodeKind | "entry", ReactNode>> = {
  entry: <LoginOutlined aria-hidden />,
  message: <MailOutlined aria-hidden />,
  wait: <ClockCircleOutlined aria-hidden />,
  events: <FieldTimeOutlined aria-hidden />,
  branch: <BranchesOutlined aria-hidden />,
  split: <PercentageOutlined aria-hidden />,
  trait: <EditOutlined aria-hidden />,
  tag: <TagOutlined aria-hidden />,
  emit: <NotificationOutlined aria-hidden />,
  webhook: <ApiOutlined aria-hidden />,
  task: <SolutionOutlined aria-hidden />,
  jump: <EnterOutlined aria-hidden />,
  goal: <FlagOutlined aria-hidden />,
  exit: <LogoutOutlined aria-hidden />,
};
