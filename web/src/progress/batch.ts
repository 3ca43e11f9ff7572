// One number for all that is under way: the mean of a batch, in which what has ended counts as whole until all have. Pure but for
// its memory; it never goes back, but for what joins.

export interface Work {
  id: string
  /** 0..1 */
  ratio: number
}

export function createBatch() {
  const batch = new Map<string, number>()
  return {
    /** What is under way now. Null when nothing is: the next one begins a new batch. */
    see(works: readonly Work[]): number | null {
      if (works.length === 0) {
        batch.clear()
        return null
      }
      for (const id of batch.keys()) batch.set(id, 1)
      for (const { id, ratio } of works) batch.set(id, Math.min(1, Math.max(0, ratio)))
      return [...batch.values()].reduce((sum, ratio) => sum + ratio, 0) / batch.size
    },
  }
}
