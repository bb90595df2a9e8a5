/** Telephone numbers as people write them. */
export function shown(digits: string): string {
  if (!/^[1-9]\d{6,14}$/.test(digits)) return digits;
  const country = /^(1|7)/.test(digits)
    ? 1
    : /^(2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/.test(digits)
      ? 2
      : 3;
  const rest = digits.slice(country);
  const groups = rest.match(/.{1,4}(?=(.{3,4})*$)|.+/g) ?? [rest];
  return `+${digits.slice(0, country)} ${groups.join(" ")}`;
}

/** A number as somebody wrote it, as documents have it. */
export function digitsOf(written: string): string {
  return written.replace(/[\s()+.-]/g, "");
}
