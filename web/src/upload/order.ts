// The order of the queue: those that have not begun change places among themselves; the others stay where they are. Pure.

/** `list` with `item` at `rank` (from 0) among the movable ones. */
export function moveTo<Item>(
  list: readonly Item[],
  isMovable: (item: Item) => boolean,
  item: Item,
  rank: number,
): readonly Item[] {
  const movable = list.filter(isMovable)
  const from = movable.indexOf(item)
  const to = Math.max(0, Math.min(movable.length - 1, rank))
  if (from < 0 || from === to) return list
  movable.splice(to, 0, ...movable.splice(from, 1))
  const next = movable.values()
  return list.map(other => (isMovable(other) ? (next.next().value ?? other) : other))
}

/** Where a row let go at `y` comes to lie: its rank among rows whose middles are `middles`, itself (`from`) among them. */
export function rankAt(y: number, middles: readonly number[], from: number): number {
  return middles.filter((middle, rank) => rank !== from && middle < y).length
}
