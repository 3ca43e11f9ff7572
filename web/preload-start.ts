// Names in the portal's page what its first few lines import at once, so that the browser fetches it beside them, not after them.

interface Chunk {
  type: 'chunk'
  fileName: string
  facadeModuleId: string | null
  imports: string[]
  dynamicImports: string[]
}

/** What is used of what Vite tells of a page. */
interface Built {
  bundle?: Record<string, Chunk | { type: 'asset' }>
  chunk?: Chunk
}

const wanted = /\/web\/src\/start\.tsx$/

/** A plugin of Vite's. */
export function preloadStart() {
  return {
    name: 'preload-start',
    transformIndexHtml: {
      order: 'post' as const,
      handler(page: string, { bundle = {}, chunk }: Built) {
        const late = (chunk?.dynamicImports ?? []).map(name => bundle[name])
        const start = late.find(
          file => file?.type === 'chunk' && wanted.test(file.facadeModuleId ?? ''),
        )
        if (start?.type !== 'chunk') return []
        return [start.fileName, ...start.imports]
          .filter(name => !page.includes(name))
          .map(name => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
          }))
      },
    },
  }
}
