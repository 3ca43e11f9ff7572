// What stands for a name in a small circle. Pure.

/** «Ada King Lovelace» → «AL»; whole letters of every script, two at most. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/u)
  const ends = words.length > 1 ? [words[0], words.at(-1)] : words
  return ends
    .map(word => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}
