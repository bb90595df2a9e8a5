import { CircleDot, Disc, GitFork, MessageSquare, PhoneForwarded, PhoneOff } from "lucide-react";
import type { Family } from "../rules";

const MARKS = {
  listens: CircleDot,
  speaks: MessageSquare,
  connects: PhoneForwarded,
  records: Disc,
  decides: GitFork,
  ends: PhoneOff,
} as const;

export function Mark({ family }: { family: Family }) {
  const Icon = MARKS[family];
  return <Icon size={15} aria-hidden="true" className={`mark ${family}`} />;
}
