// Keeps a store of answers within bounds: what was used longest ago goes first. Pure.

/** Keys, the one used last at the end. */
export type Recent = readonly string[]

export function use(recent: Recent, key: string, most: number): { recent: Recent; gone: Recent } {
  const all = [...recent.filter(other => other !== key), key]
  const surplus = Math.max(0, all.length - most)
  return { recent: all.slice(surplus), gone: all.slice(0, surplus) }
}
