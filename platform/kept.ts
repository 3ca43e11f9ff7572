// A bounded memory of one process: the least recently used goes first. For facts that never change, or that carry their own way
// to be refreshed.

export interface Kept<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): Value
}

export function createKept<Value>(most: number): Kept<Value> {
  const values = new Map<string, Value>()
  return {
    get(key) {
      const value = values.get(key)
      if (value === undefined) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    set(key, value) {
      values.delete(key)
      values.set(key, value)
      const [oldest] = values.keys()
      if (values.size > most && oldest !== undefined) values.delete(oldest)
      return value
    },
  }
}
