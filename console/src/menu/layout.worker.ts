/** Where the cards of a picture lie: worked out beside the page, so that the page never waits. */
import dagre from "@dagrejs/dagre";

export interface ToLayOut {
  turn: number;
  nodes: { id: string; width: number; height: number }[];
  edges: { id: string; from: string; to: string }[];
}

export interface LaidOut {
  turn: number;
  nodes: Record<string, { x: number; y: number }>;
  edges: Record<string, { x: number; y: number }[]>;
}

/** More nodes than this are ranked by the quicker way. */
const MANY = 150;

self.onmessage = ({ data }: MessageEvent<ToLayOut>) => {
  const graph = new dagre.graphlib.Graph({ multigraph: true });
  graph.setGraph({
    rankdir: "LR",
    nodesep: 28,
    ranksep: 96,
    edgesep: 16,
    ranker: data.nodes.length > MANY ? "tight-tree" : "network-simplex",
  });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of data.nodes) graph.setNode(id, { width, height });
  for (const { id, from, to } of data.edges) graph.setEdge(from, to, {}, id);
  dagre.layout(graph);
  const laid: LaidOut = { turn: data.turn, nodes: {}, edges: {} };
  for (const { id, width, height } of data.nodes) {
    const { x, y } = graph.node(id) as { x: number; y: number };
    laid.nodes[id] = { x: x - width / 2, y: y - height / 2 };
  }
  for (const { id, from, to } of data.edges) {
    const edge = graph.edge(from, to, id) as { points?: { x: number; y: number }[] } | undefined;
    laid.edges[id] = edge?.points ?? [];
  }
  self.postMessage(laid);
};
