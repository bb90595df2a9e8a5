/** Words as callers hear them, by the browser's own voice. */

/** Text without the marks of SSML; a break is a pause. */
export function plain(text: string): string {
  return text
    .replace(/<break[^>]*>/g, ", ")
    .replace(/<[^>]*>/g, "")
    .replace(/\{\{[^}]*\}\}/g, "…")
    .trim();
}

export function canSpeak(): boolean {
  return "speechSynthesis" in window;
}

export function speak(text: string, language = "en-GB"): void {
  if (!canSpeak()) return;
  window.speechSynthesis.cancel();
  const words = new SpeechSynthesisUtterance(plain(text));
  words.lang = language;
  window.speechSynthesis.speak(words);
}

export function hush(): void {
  if (canSpeak()) window.speechSynthesis.cancel();
}
