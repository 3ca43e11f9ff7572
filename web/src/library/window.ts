// Which rows of a long list are near the screen: only these are drawn, the others are empty space of the same height. Pure.

export interface ListMeasure {
  count: number
  columns: number
  /** Height of a row and the gap after it. */
  rowPixels: number
  /** The list's upper edge below the screen's upper edge; negative once it is scrolled past. */
  topPixels: number
  screenPixels: number
}

export interface ListWindow {
  /** Index of the first item drawn, and one past the last. */
  first: number
  end: number
  /** Space that stands for the rows before and after. */
  beforePixels: number
  afterPixels: number
}

/** Rows drawn beyond the screen on each side: a quick turn of the wheel shows no gap. */
const usualSpareRows = 4

export function windowOf(measure: ListMeasure, spareRows = usualSpareRows): ListWindow {
  const { count, columns, rowPixels, topPixels, screenPixels } = measure
  const rows = Math.ceil(count / columns)
  const from = Math.floor(-topPixels / rowPixels) - spareRows
  const to = Math.ceil((screenPixels - topPixels) / rowPixels) + spareRows
  const firstRow = Math.min(Math.max(0, from), rows)
  const endRow = Math.min(Math.max(firstRow, to), rows)
  return {
    first: firstRow * columns,
    end: Math.min(count, endRow * columns),
    beforePixels: firstRow * rowPixels,
    afterPixels: (rows - endRow) * rowPixels,
  }
}
