// Reads FFmpeg's `-progress` output: key=value lines, one block a report, closed by `progress=…`. Pure.

export interface FfmpegProgress {
  frames: number
  /** Timestamp of the output so far, microseconds; absolute, because chunks keep the timeline's own. */
  outMicroseconds: number | null
}

/** A reader that takes pieces of text cut anywhere and calls back once a finished block. */
export function createProgressReader(
  onProgress: (progress: FfmpegProgress) => void,
): (text: string) => void {
  let rest = ''
  let block = new Map<string, string>()
  return text => {
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const at = line.indexOf('=')
      if (at < 0) continue
      const key = line.slice(0, at).trim()
      block.set(key, line.slice(at + 1).trim())
      if (key !== 'progress') continue
      onProgress(toProgress(block))
      block = new Map()
    }
  }
}

function toProgress(block: Map<string, string>): FfmpegProgress {
  const frames = Number(block.get('frame') ?? '0')
  const out = Number(block.get('out_time_us') ?? Number.NaN)
  return {
    frames: Number.isFinite(frames) ? frames : 0,
    outMicroseconds: Number.isFinite(out) ? out : null,
  }
}
