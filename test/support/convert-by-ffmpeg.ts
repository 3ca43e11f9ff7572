// Does a MediaConvert job's work with FFmpeg: reads the job as it was sent, makes each output as one object with a list of byte
// ranges, and writes them where the job says. Knows what our own settings use, and nothing else.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import type { ObjectStore } from '#platform/store.ts'
import { ffmpeg } from './media.ts'
import type { StandInJob } from './mediaconvert.ts'

const Output = z.object({
  nameModifier: z.string(),
  videoDescription: z.optional(
    z.object({
      width: z.number(),
      height: z.number(),
      codecSettings: z.object({
        h264Settings: z.object({
          gopSize: z.number(),
          framerateNumerator: z.number(),
          framerateDenominator: z.number(),
          maxBitrate: z.number(),
        }),
      }),
    }),
  ),
  audioDescriptions: z.optional(
    z.array(z.object({ audioSourceName: z.string(), streamName: z.string() })),
  ),
})

const Settings = z.object({
  inputs: z.array(
    z.object({
      audioSelectors: z.record(z.string(), z.object({ streams: z.array(z.number()) })),
    }),
  ),
  outputGroups: z.array(
    z.object({
      outputGroupSettings: z.object({
        cmafGroupSettings: z.object({ destination: z.string() }),
      }),
      outputs: z.array(Output),
    }),
  ),
})

const listed = (name: string, extension: string) => [
  ...['-f', 'hls', '-hls_time', '2', '-hls_playlist_type', 'vod', '-hls_segment_type', 'fmp4'],
  ...['-hls_flags', 'single_file', '-hls_segment_filename', `${name}.${extension}`, `${name}.m3u8`],
]

/** Of any sound, as a variant's bandwidth counts it; the picture's peak is at most twice its cap. */
const soundBitsPerSecond = 200_000

export async function convertByFfmpeg(
  { settings }: StandInJob,
  { source, folder, media }: { source: string; folder: string; media: ObjectStore },
): Promise<void> {
  const { inputs, outputGroups } = Settings.parse(settings)
  const [group] = outputGroups
  const destination = group?.outputGroupSettings.cmafGroupSettings.destination ?? ''
  const [, prefix = '', base = ''] = /^s3:\/\/[^/]+\/(.*\/)([^/]+)$/.exec(destination) ?? []
  const at = (name: string) => join(folder, name)
  const main = ['#EXTM3U', '#EXT-X-VERSION:6', '#EXT-X-INDEPENDENT-SEGMENTS']
  for (const { nameModifier, videoDescription, audioDescriptions } of group?.outputs ?? []) {
    const name = `${base}${nameModifier}`
    if (videoDescription) {
      const { width, height, codecSettings } = videoDescription
      const h264 = codecSettings.h264Settings
      const cap = h264.maxBitrate
      const rate = `${h264.framerateNumerator}/${h264.framerateDenominator}`
      const encoder = [
        ...[
          '-c:v',
          'libx264',
          '-preset',
          'veryfast',
          '-profile:v',
          'high',
          '-level:v',
          '3.0',
          '-bf',
          '0',
        ],
        ...['-pix_fmt', 'yuv420p', '-maxrate', `${cap}`, '-bufsize', `${cap}`],
      ]
      const gops = ['-g', `${h264.gopSize}`, '-sc_threshold', '0']
      const filters = `scale=${width}:${height},setsar=1,fps=${rate}`
      const made = ['-an', '-vf', filters, ...encoder, ...gops, ...listed(at(name), 'cmfv')]
      await ffmpeg(['-v', 'error', '-i', source, ...made])
      const facts = `CODECS="avc1.64001E,mp4a.40.2",RESOLUTION=${width}x${height},AUDIO="audio"`
      const bandwidth = 2 * cap + soundBitsPerSecond
      main.push(`#EXT-X-STREAM-INF:BANDWIDTH=${bandwidth},${facts}`, `${name}.m3u8`)
    }
    for (const { audioSourceName, streamName } of audioDescriptions ?? []) {
      const [stream = 0] = inputs[0]?.audioSelectors[audioSourceName]?.streams ?? []
      const made = [
        '-map',
        `0:${stream - 1}`,
        '-c:a',
        'aac',
        '-ac',
        '2',
        ...listed(at(name), 'cmfa'),
      ]
      await ffmpeg(['-v', 'error', '-i', source, ...made])
      const facts = `GROUP-ID="audio",NAME="${streamName}",DEFAULT=YES,AUTOSELECT=YES`
      main.push(`#EXT-X-MEDIA:TYPE=AUDIO,${facts},URI="${name}.m3u8"`)
    }
  }
  const put = (name: string, body: string | Uint8Array) =>
    media.put(`${prefix}${name}`, body, { contentType: 'application/octet-stream' })
  for (const name of await readdir(folder)) await put(name, await readFile(at(name)))
  await put(`${base}.m3u8`, main.join('\n'))
}
