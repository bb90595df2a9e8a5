/** A menu as a picture that lays itself out. */
import {
  BaseEdge,
  Controls,
  type Edge,
  type EdgeProps,
  Handle,
  MiniMap,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
} from "@xyflow/react";
import { createContext, memo, useContext, useEffect, useMemo, useRef } from "react";
import type { Card, Finding, Picture } from "../rules";
import type { Move } from "./calls";
import { Mark } from "./family";
import { CARD_WIDTH, edgesOf, heightOf, useLayout } from "./layout";
import { pointer } from "./work";

export interface Seen {
  picture: Picture;
  menu: string;
  findings: Finding[];
  /** The way of the call in the phone. */
  path: Move[];
  here: string | null;
  missed: ReadonlySet<string>;
  chosen: string | null;
  /** The step somebody asked to be taken to; another object each time. */
  goal: { step: string } | null;
  choose: (node: string) => void;
  /** Called when the picture is there. */
  drawn: () => void;
}

interface Look {
  seen: Seen;
  /** What the places outside the menu are called. */
  elsewhere: Map<string, string>;
  taken: Set<string>;
  order: Map<string, number>;
}

const LookAt = createContext<Look | null>(null);

type CardNode = Node<{ card: Card }, "card">;
type WayEdge = Edge<{ points: { x: number; y: number }[]; fails: boolean; lit: boolean }, "way">;

const CardView = memo(function CardView({ data }: NodeProps<CardNode>) {
  const look = useContext(LookAt);
  const { setCenter, getNode, getZoom } = useReactFlow();
  const { card } = data;
  if (!look) return null;
  const { seen, elsewhere, taken, order } = look;
  const wrong = seen.findings.filter((finding) => inCard(finding, card));
  const errors = wrong.filter((finding) => finding.error).length;
  const step = order.get(card.id);
  const classes = ["card", card.family];
  if (seen.chosen === card.id) classes.push("chosen");
  if (step !== undefined) classes.push("lit");
  if (seen.here === card.id) classes.push("here");

  function show() {
    const node = getNode(card.id);
    if (!node) return;
    const { x, y } = node.position;
    void setCenter(x + CARD_WIDTH / 2, y + heightOf(card) / 2, { zoom: getZoom(), duration: 0 });
  }

  if (card.kind === "elsewhere") {
    return (
      <div className={[...classes, "elsewhere"].join(" ")}>
        <Handle type="target" position={Position.Left} isConnectable={false} />
        <Mark family={card.family} />
        <span>{card.says}</span>
      </div>
    );
  }
  return (
    <div className={classes.join(" ")}>
      <Handle type="target" position={Position.Left} isConnectable={false} style={{ top: 20 }} />
      <button
        type="button"
        className="card-head"
        onClick={() => seen.choose(card.id)}
        onFocus={(event) => event.target.matches(":focus-visible") && show()}
        aria-pressed={seen.chosen === card.id}
      >
        <Mark family={card.family} />
        <span className="card-name">{card.name}</span>
        <span className="card-kind">{card.says}</span>
        {step !== undefined && <span className="step">{step}</span>}
        {wrong.length > 0 && (
          <span
            className={`flag ${errors > 0 ? "error" : "advice"}`}
            title={wrong.map((finding) => finding.message).join("\n")}
          >
            {wrong.length}
            <span className="sr"> findings</span>
          </span>
        )}
      </button>
      {card.prompt && <p className="card-prompt">{card.prompt}</p>}
      {card.detail && <p className="card-detail">{card.detail}</p>}
      <ul className="card-exits">
        {card.exits.map((exit, row) => (
          <li
            key={exit.exits.join()}
            className={`${exit.fails ? "fails" : ""} ${exit.exits.some((name) => taken.has(`${card.id}|${name}`)) ? "lit" : ""}`}
          >
            {exit.keys !== undefined && <kbd>{exit.keys}</kbd>}
            <span className="card-label">
              {exit.label || elsewhere.get(exit.target) || exit.target}
            </span>
            {exit.exits.some((name) => seen.missed.has(`${card.id}|${name}`)) && (
              <span className="untested" title="No test takes this way">
                <span className="sr">no test takes this way</span>
              </span>
            )}
            <Handle
              id={String(row)}
              type="source"
              position={Position.Right}
              isConnectable={false}
            />
          </li>
        ))}
      </ul>
    </div>
  );
});

/** A way as dagre leads it: round the cards, not behind them. */
function Way({ sourceX, sourceY, targetX, targetY, data, markerEnd }: EdgeProps<WayEdge>) {
  const inner = (data?.points ?? []).slice(1, -1);
  const back = targetX < sourceX;
  const points = back
    ? [{ x: sourceX + 40, y: sourceY }, ...inner, { x: targetX - 40, y: targetY }]
    : inner;
  let path = `M${sourceX},${sourceY}`;
  let from = { x: sourceX, y: sourceY };
  for (const to of [...points, { x: targetX, y: targetY }]) {
    const bend = Math.max(24, Math.abs(to.x - from.x) / 2) * (to.x < from.x ? -1 : 1);
    path += ` C${from.x + bend},${from.y} ${to.x - bend},${to.y} ${to.x},${to.y}`;
    from = to;
  }
  const classes = `way ${data?.fails ? "fails" : ""} ${data?.lit ? "lit" : ""}`;
  return <BaseEdge path={path} className={classes} {...(markerEnd ? { markerEnd } : {})} />;
}

const nodeTypes = { card: CardView };
const edgeTypes = { way: Way };

export function inCard(finding: Finding, card: Card): boolean {
  const at = card.kind === "keys" ? "/keys" : pointer("nodes", card.id);
  return finding.pointer === at || finding.pointer.startsWith(`${at}/`);
}

/** A readable size, whatever the menu's. */
const ZOOM = 0.9;

function Drawing({ seen }: { seen: Seen }) {
  const laid = useLayout(seen.picture);
  const flow = useReactFlow();
  const shown = useRef(false);
  const reached = useRef<Seen["goal"]>(null);
  const { picture, path, menu, drawn } = seen;

  const taken = useMemo(() => {
    const own = path.filter((step) => step.menu === menu);
    // The keys that work at every choice have one card for all.
    const everywhere = picture.cards.find((card) => card.kind === "keys")?.id;
    return new Set(
      own.map(({ node, exit = "" }) => `${exit.startsWith("keys/") ? everywhere : node}|${exit}`),
    );
  }, [path, menu, picture]);
  const elsewhere = useMemo(() => {
    const outside = picture.cards.filter((card) => card.kind === "elsewhere");
    return new Map(outside.map((card) => [card.id, card.says]));
  }, [picture]);
  const order = useMemo(() => {
    const all = new Map<string, number>();
    for (const step of path) {
      if (step.menu !== menu) continue;
      if (!all.has(step.node)) all.set(step.node, all.size + 1);
      if (!all.has(step.target) && !step.target.includes("/")) all.set(step.target, all.size + 1);
    }
    return all;
  }, [path, menu]);

  const nodes = useMemo<CardNode[]>(
    () =>
      picture.cards.flatMap((card) => {
        const position = laid?.nodes[card.id];
        if (!position) return [];
        return [
          {
            id: card.id,
            type: "card",
            position,
            width: CARD_WIDTH,
            height: heightOf(card),
            data: { card },
            draggable: false,
            selectable: false,
            focusable: false,
          },
        ];
      }),
    [picture, laid],
  );
  const edges = useMemo<WayEdge[]>(() => {
    if (!laid) return [];
    return edgesOf(picture).map((edge) => {
      const exit = picture.cards.find((card) => card.id === edge.from)?.exits[edge.row];
      const lit = exit?.exits.some((name) => taken.has(`${edge.from}|${name}`)) ?? false;
      return {
        id: edge.id,
        source: edge.from,
        target: edge.to,
        sourceHandle: String(edge.row),
        type: "way",
        focusable: false,
        zIndex: lit ? 1 : 0,
        data: { points: laid.edges[edge.id] ?? [], fails: edge.fails, lit },
      };
    });
  }, [picture, laid, taken]);

  useEffect(() => {
    const start = laid?.nodes[picture.start];
    if (!start || shown.current) return;
    shown.current = true;
    const card = picture.cards.find((one) => one.id === picture.start);
    const box = document.querySelector(".picture")?.getBoundingClientRect();
    const y =
      24 -
      start.y * ZOOM +
      Math.max(0, ((box?.height ?? 0) - (card ? heightOf(card) : 0) * ZOOM) / 3);
    void flow.setViewport({ x: 32 - start.x * ZOOM, y, zoom: ZOOM });
    requestAnimationFrame(() => setTimeout(drawn));
  }, [laid, picture, flow, drawn]);

  // What was looked for is brought into view, and the keyboard with it.
  const { goal } = seen;
  useEffect(() => {
    const at = goal ? laid?.nodes[goal.step] : undefined;
    const card = picture.cards.find((one) => one.id === goal?.step);
    if (!at || !card || reached.current === goal) return;
    reached.current = goal;
    const zoom = Math.max(flow.getZoom(), ZOOM);
    const middle = { x: at.x + CARD_WIDTH / 2, y: at.y + heightOf(card) / 2 };
    void flow.setCenter(middle.x, middle.y, { zoom, duration: 0 });
    // Its card may be drawn only now that it is in view.
    const turn = requestAnimationFrame(() =>
      requestAnimationFrame(() => {
        const found = document.querySelector(`.picture [data-id="${CSS.escape(card.id)}"] button`);
        if (found instanceof HTMLElement) found.focus({ preventScroll: true });
      }),
    );
    return () => cancelAnimationFrame(turn);
  }, [goal, laid, picture, flow]);

  // What the phone reaches is brought into view.
  useEffect(() => {
    const at = seen.here ? laid?.nodes[seen.here] : undefined;
    if (at && seen.path.length > 1) {
      void flow.setCenter(at.x + CARD_WIDTH / 2, at.y + 80, { zoom: flow.getZoom(), duration: 0 });
    }
  }, [seen.here, seen.path.length, laid, flow]);

  return (
    <LookAt value={{ seen, elsewhere, taken, order }}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        colorMode="system"
        minZoom={0.15}
        maxZoom={1.5}
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        onlyRenderVisibleElements={picture.cards.length > 300}
        deleteKeyCode={null}
        onNodeClick={(_, node) => node.data.card.kind !== "elsewhere" && seen.choose(node.id)}
        aria-label="Picture of the menu"
      >
        <Controls showInteractive={false} />
        {picture.cards.length > 6 && (
          <MiniMap pannable zoomable ariaLabel="Map of the whole menu" />
        )}
      </ReactFlow>
    </LookAt>
  );
}

export function PictureView({ seen }: { seen: Seen }) {
  return (
    <div className="picture">
      <ReactFlowProvider>
        <Drawing seen={seen} />
      </ReactFlowProvider>
    </div>
  );
}
