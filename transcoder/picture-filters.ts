// The filters a picture needs between decoder and ladder: whole frames of interlaced fields, SDR of HDR, BT.709 of every other
// matrix. Pure; text made from our own words only, never from the file's.
import type { VideoFacts } from './stream-facts.ts'

export const isInterlaced = ({ fieldOrder }: Pick<VideoFacts, 'fieldOrder'>): boolean =>
  /^(tt|bb|tb|bt)$/.test(fieldOrder)

const hdrTransfers = new Set(['smpte2084', 'arib-std-b67'])

export const isHdr = ({ transfer }: Pick<VideoFacts, 'transfer'>): boolean =>
  hdrTransfers.has(transfer)

/** Files that name no matrix: pictures of broadcast SD size are BT.601, larger ones BT.709, as players assume. */
const largestSdWidth = 1024
const largestSdHeight = 576

/** FFmpeg's names of matrices that swscale converts from. */
const convertible: Record<string, string> = {
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  fcc: 'fcc',
  smpte240m: 'smpte240m',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
}

function sourceMatrix({ matrix, pixelFormat, width, height }: VideoFacts): string | null {
  // RGB has no matrix to convert from; only the one it is converted to must be named.
  if (/^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|pal8|x2rgb|x2bgr)/.test(pixelFormat)) return 'rgb'
  const named = convertible[matrix]
  if (named || matrix === 'bt709') return named ?? null
  return width <= largestSdWidth && height <= largestSdHeight ? 'bt601' : null
}

export function pictureFilters(video: VideoFacts, canToneMap: boolean): string[] {
  return [
    // One frame a frame, by the frames' own flags: mixed material keeps its progressive parts untouched.
    ...(isInterlaced(video) ? ['bwdif=mode=send_frame:parity=auto:deint=interlaced'] : []),
    ...colourFilters(video, canToneMap),
  ]
}

function colourFilters(video: VideoFacts, canToneMap: boolean): string[] {
  const matrix = sourceMatrix(video)
  if (isHdr(video)) return throughZscale(video, toneMapping(video))
  // Wide gamut without HDR: primaries are converted as well.
  if (video.primaries === 'bt2020' && matrix === 'bt2020' && canToneMap) {
    return throughZscale(video, [
      'zscale=primariesin=bt2020:matrixin=bt2020nc:transferin=bt709:primaries=bt709:matrix=bt709:transfer=bt709:range=limited',
    ])
  }
  if (matrix === null) return []
  // Between two scalers RGB would stay RGB, and the second knows no matrix: here it must become what the ladder takes.
  if (matrix === 'rgb') return ['scale=out_color_matrix=bt709:out_range=tv', 'format=yuv420p']
  return [`scale=in_color_matrix=${matrix}:out_color_matrix=bt709:out_range=tv`]
}

const toneMapping = ({ transfer }: VideoFacts): string[] => [
  // The input is named: HDR files leave out their primaries or matrix. 100 nits is SDR's white.
  `zscale=transferin=${transfer}:primariesin=bt2020:matrixin=bt2020nc:transfer=linear:npl=100`,
  'format=gbrpf32le', // light is added up in linear floats, or shadows band
  'zscale=primaries=bt709',
  'tonemap=tonemap=hable:desat=0',
  'zscale=transfer=bt709:matrix=bt709:range=limited',
]

/** zscale refuses subsampled chroma on pictures of odd size («must be divisible by subsampling factor»). */
function throughZscale({ width, height }: VideoFacts, filters: string[]): string[] {
  const odd = width % 2 === 1 || height % 2 === 1
  return odd ? ['format=yuv444p10le', ...filters, 'format=yuv444p'] : [...filters, 'format=yuv420p']
}
