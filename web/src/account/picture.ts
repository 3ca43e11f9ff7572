// Makes a small square picture of whatever picture somebody chose: its middle, 256 pixels wide. The file itself, with where and when it
// was taken, never leaves the browser.

const sidePixels = 256
/** The server takes 64 KiB. */
const mostBytes = 60 * 1024
/** A browser that cannot write the one answers with PNG, which may be too large: then the other. */
const forms = [
  ['image/webp', 0.86],
  ['image/jpeg', 0.82],
] as const

/** The largest square in the middle. */
export function middleOf(width: number, height: number) {
  const side = Math.min(width, height)
  return { left: (width - side) / 2, top: (height - side) / 2, side }
}

/** Null: it is no picture this browser reads. */
export async function shrinkPicture(file: Blob): Promise<Blob | null> {
  const image = await createImageBitmap(file).catch(() => null)
  if (!image) return null
  const canvas = document.createElement('canvas')
  canvas.width = sidePixels
  canvas.height = sidePixels
  const { left, top, side } = middleOf(image.width, image.height)
  const brush = canvas.getContext('2d')
  if (!brush) return null
  brush.imageSmoothingQuality = 'high'
  brush.drawImage(image, left, top, side, side, 0, 0, sidePixels, sidePixels)
  image.close()
  for (const [type, quality] of forms) {
    const made = await new Promise<Blob | null>(resolve => canvas.toBlob(resolve, type, quality))
    if (made && made.size <= mostBytes) return made
  }
  return null
}
