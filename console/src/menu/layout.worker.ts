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

function layOut(data: ToLayOut): LaidOut {
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
  return laid;
}

self.onmessage = ({ data }: MessageEvent<ToLayOut>) => self.postMessage(layOut(data));

// Its code is compiled while the menu is still being read.
layOut({
  turn: 0,
  nodes: ["a", "b", "c"].map((id) => ({ id, width: 1, height: 1 })),
  edges: [
    { id: "1", from: "a", to: "b" },
    { id: "2", from: "b", to: "c" },
    { id: "3", from: "a", to: "c" },
    { id: "4", from: "c", to: "a" },
  ],
});
