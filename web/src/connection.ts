// A person's connection as far as the browser tells of it (Network Information API; Chromium only).

/** Network Information API, W3C draft. */
interface NetworkInformation extends EventTarget {
  readonly type?: string
  readonly effectiveType?: string
  readonly saveData?: boolean
}

export interface Connection {
  /** «wifi», «cellular», …; «any» where the browser does not say. */
  kind: string
  effectiveType: string | null
  /** The person asked the browser to save data. */
  saveData: boolean
}

export function readConnection(from: object = navigator): Connection {
  const { connection } = from as { connection?: NetworkInformation }
  return {
    kind: connection?.type ?? 'any',
    effectiveType: connection?.effectiveType ?? null,
    saveData: connection?.saveData ?? false,
  }
}
