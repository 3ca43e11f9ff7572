// The frames of a card's preview: a few of the storyboard's tiles, spread over the film. Pure but for the two things it fetches.
import { loadStoryboard, type Tile } from '../watch/player/storyboard.ts'

export interface PreviewFrame {
  url: string
  /** For background-position: 0..1 of what does not fit. */
  left: number
  top: number
  /** For background-size: the sheet in tiles. */
  wide: number
  high: number
  /** Width ÷ height */
  aspect: number
}

/** One round of the film; more would be more sheets to fetch. */
const mostFrames = 12

/** Evenly spread, from the first to the last. */
export function pickTiles(tiles: readonly Tile[], most = mostFrames): Tile[] {
  if (tiles.length <= most) return [...tiles]
  const step = (tiles.length - 1) / (most - 1)
  return Array.from({ length: most }, (_, index) => tiles[Math.round(index * step)]).filter(
    (tile): tile is Tile => tile !== undefined,
  )
}

export function frameOf(tile: Tile, sheet: { width: number; height: number }): PreviewFrame {
  const share = (offset: number, rest: number) => (rest > 0 ? offset / rest : 0)
  return {
    url: tile.url,
    left: share(tile.x, sheet.width - tile.width),
    top: share(tile.y, sheet.height - tile.height),
    wide: sheet.width / tile.width,
    high: sheet.height / tile.height,
    aspect: tile.width / tile.height,
  }
}

async function sizeOf(url: string): Promise<{ width: number; height: number }> {
  const image = new Image()
  image.src = url
  await image.decode()
  return { width: image.naturalWidth, height: image.naturalHeight }
}

/** Nothing where the storyboard does not come. */
export async function loadFrames(storyboardUrl: string): Promise<PreviewFrame[]> {
  const tiles = pickTiles(await loadStoryboard(storyboardUrl))
  const urls = [...new Set(tiles.map(({ url }) => url))]
  try {
    const sheets = new Map(
      await Promise.all(urls.map(async url => [url, await sizeOf(url)] as const)),
    )
    return tiles.flatMap(tile => {
      const sheet = sheets.get(tile.url)
      return sheet ? [frameOf(tile, sheet)] : []
    })
  } catch {
    return []
  }
}
