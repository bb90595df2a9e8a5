import { useEffect, useRef, useState } from "react";
import type { Card, Picture } from "../rules";
import type { LaidOut, ToLayOut } from "./layout.worker";
import workerUrl from "./layout.worker?worker&url";

export const CARD_WIDTH = 256;
const HEAD = 40;
const LINE = 20;
const ROW = 28;

export function heightOf(card: Card): number {
  if (card.kind === "elsewhere") return 56;
  const prompt = card.prompt ? 2 * LINE + 4 : 0;
  const detail = card.detail ? LINE + 4 : 0;
  return HEAD + prompt + detail + card.exits.length * ROW + 10;
}

export interface PictureEdge {
  id: string;
  from: string;
  to: string;
  row: number;
  fails: boolean;
}

export function edgesOf(picture: Picture): PictureEdge[] {
  return picture.cards.flatMap((card) =>
    card.exits.map((exit, row) => ({
      id: `${card.id}:${row}`,
      from: card.id,
      to: exit.target,
      row,
      fails: exit.fails,
    })),
  );
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL: (url: string) => unknown };
}

/** Trusted Types let a worker begin only with an address that a policy vouches for. */
function start(): Worker {
  const types = (window as unknown as { trustedTypes?: TrustedTypes }).trustedTypes;
  const policy = types?.createPolicy("edge-ivr#layout", {
    createScriptURL: (url) => {
      if (url !== workerUrl) throw new TypeError("not the layout's script");
      return url;
    },
  });
  const url = policy ? policy.createScriptURL(workerUrl) : workerUrl;
  return new Worker(url as string, { type: "module" });
}

let worker: Worker | null = null;
let turn = 0;

/** One for all pictures: it starts while the menu is still being read, and stays. */
export function layoutWorker(): Worker {
  worker ??= start();
  return worker;
}

/** Places for the cards; those of the picture before, until they are worked out. */
export function useLayout(picture: Picture | null): LaidOut | null {
  const wanted = useRef(0);
  const [laid, setLaid] = useState<LaidOut | null>(null);

  useEffect(() => {
    const listen = ({ data }: MessageEvent<LaidOut>) => {
      if (data.turn === wanted.current) setLaid(data);
    };
    const worker = layoutWorker();
    worker.addEventListener("message", listen);
    return () => worker.removeEventListener("message", listen);
  }, []);

  useEffect(() => {
    if (!picture) return;
    turn += 1;
    wanted.current = turn;
    const question: ToLayOut = {
      turn,
      nodes: picture.cards.map((card) => ({
        id: card.id,
        width: CARD_WIDTH,
        height: heightOf(card),
      })),
      edges: edgesOf(picture),
    };
    layoutWorker().postMessage(question);
  }, [picture]);

  return laid;
}
