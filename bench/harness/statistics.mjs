// What is told of many measurements.

const sorted = (numbers) => [...numbers].sort((a, b) => a - b);

/** The middle of some numbers. */
export function median(numbers) {
  const all = sorted(numbers);
  const middle = all.length >> 1;
  return all.length % 2 ? all[middle] : (all[middle - 1] + all[middle]) / 2;
}

/** The number that a part of them (0 to 1) is below. */
export const percentile = (numbers, part) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * part))];
