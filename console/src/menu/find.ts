/** Which steps somebody means who writes a few words. */
import type { Card } from "../rules";

export function isStep(card: Card): boolean {
  return card.kind !== "elsewhere";
}

/** The steps that have the words in name, prompt or ways, those named so first. */
export function find(cards: Card[], written: string): Card[] {
  const words = written.trim().toLowerCase();
  const steps = cards.filter(isStep);
  if (words === "") return steps;
  const found = steps.filter((card) =>
    [card.name, card.prompt, card.detail, card.says, ...card.exits.map((exit) => exit.label)]
      .join(" ")
      .toLowerCase()
      .includes(words),
  );
  const rank = (card: Card) => {
    const name = card.name.toLowerCase();
    return name === words ? 0 : name.startsWith(words) ? 1 : name.includes(words) ? 2 : 3;
  };
  return found.sort((one, other) => rank(one) - rank(other));
}
