// The preview pictures of the scrubber: reads a WebVTT list of tiles («sheet.jpg#xywh=0,0,160,90»). Pure but for one fetch.

export interface Tile {
  startSeconds: number
  endSeconds: number
  url: string
  x: number
  y: number
  width: number
  height: number
}

const timing = /^(\S+)\s+-->\s+(\S+)/
const place = /^(.+)#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/

/** Cues that are not tiles are left out. `base`: what relative addresses are relative to. */
export function parseStoryboard(vtt: string, base: string): Tile[] {
  return vtt
    .replaceAll('\r', '')
    .split(/\n\n+/)
    .flatMap(block => {
      const lines = block.split('\n')
      const at = lines.findIndex(line => timing.test(line))
      const time = timing.exec(lines[at] ?? '')
      const tile = place.exec(lines[at + 1]?.trim() ?? '')
      if (!time || !tile) return []
      const [x = 0, y = 0, width = 0, height = 0] = tile.slice(2).map(Number)
      const startSeconds = readTimestamp(time[1] ?? '')
      const endSeconds = readTimestamp(time[2] ?? '')
      return [
        { startSeconds, endSeconds, url: new URL(tile[1] ?? '', base).href, x, y, width, height },
      ]
    })
}

/** «01:02.500» or «1:01:02.500». */
function readTimestamp(text: string): number {
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
}

export function tileAt(tiles: readonly Tile[], seconds: number): Tile | null {
  return tiles.find(tile => seconds < tile.endSeconds) ?? tiles.at(-1) ?? null
}

/** No storyboard is no harm: the scrubber shows the time alone. */
export async function loadStoryboard(url: string): Promise<Tile[]> {
  try {
    const response = await fetch(url)
    return response.ok
      ? parseStoryboard(await response.text(), new URL(url, location.href).href)
      : []
  } catch {
    return []
  }
}
