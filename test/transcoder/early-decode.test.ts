// What the gate samples is decoded when its chunk comes; the gate believes it of the same object, and of no other.
import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MillraceError } from '#domain/errors.ts'
import type { Chunk } from '#domain/item.ts'
import { attemptPrefix } from '#domain/keys.ts'
import { segmentPacketsOf, segmentsOf } from '#domain/plan.ts'
import { silentLog } from '#platform/log.ts'
import { decodeEarly, sampledFragments } from '../../transcoder/early-decode.ts'
import { sampledSegments } from '../../transcoder/gate/decode-sample.ts'
import { createScratch } from '../../transcoder/scratch.ts'
import { findingAtGate } from '../../transcoder/stored-gate.ts'
import type { WorkerDeps } from '../../transcoder/worker.ts'
import { plans } from '../domain/generators.ts'
import { syntheticFilm } from '../support/synthetic-hour.ts'

const signal = new AbortController().signal
const ids = { initBytes: 0, initHash: '', codec: '', timescale: 1, startTicks: 0, samples: 0 }

it('all chunks together decode what the gate samples of every rendition, and nothing else', () => {
  fc.assert(
    fc.property(plans, plan => {
      const { video, audio } = plan
      const renditions = [
        ...video.rungs.map(({ track }) => ({
          track,
          parts: video.chunks.map(chunk => segmentsOf(video, chunk).length),
        })),
        ...audio.map(({ track, spans, segmentPackets }) => ({
          track,
          parts: spans.map(span => segmentPacketsOf(span, segmentPackets).length),
        })),
      ]
      for (const [rendition, { track, parts }] of renditions.entries()) {
        let before = 0
        const found = parts.flatMap((length, index) => {
          const fragments = Array(length).fill({ ticks: 1, bytes: 1, keyframeBytes: 1 })
          const chunk: Chunk = { ...ids, track, index, key: '', fragments, createdAt: 0 }
          const own = sampledFragments(plan, chunk).map(position => before + position)
          before += length
          return own
        })
        expect(found).toEqual([...new Set(sampledSegments(before, rendition))])
      }
    }),
    { numRuns: 50 },
  )
})

/** Eleven minutes in memory, and a decoder that counts its files. */
async function setUp({ fails = false } = {}) {
  const film = syntheticFilm(660)
  const prefix = attemptPrefix(film.plan.videoId, film.plan.attempt)
  const objects = new Map([...film.files].map(([name, bytes]) => [`${prefix}${name}`, bytes]))
  const etags = new Map([...objects.keys()].map(key => [key, `"${key}"`]))
  let files = 0
  const media = {
    readRange: async (key: string, { start, end }: { start: number; end: number }) =>
      Readable.from([objects.get(key)?.subarray(start, end + 1) ?? Buffer.alloc(0)]),
    facts: async () =>
      new Map(
        [...objects].map(([key, { byteLength }]) => [
          key,
          { sizeBytes: byteLength, etag: etags.get(key) ?? '' },
        ]),
      ),
    head: async (key: string) => {
      const etag = etags.get(key)
      return etag === undefined ? null : { sizeBytes: objects.get(key)?.byteLength ?? 0, etag }
    },
  }
  const ffmpeg = {
    async run({ args }: { args: readonly string[] }) {
      files += args.filter(arg => arg === '-i').length
      if (fails) throw new MillraceError('encode-failed', { detail: 'ffmpeg ended with 1: bad' })
      return { stdout: '', stderr: '', cpuSeconds: 0 }
    },
  }
  const deps = { media, ffmpeg, scratch: await createScratch() } as unknown as WorkerDeps
  const records = [...film.tracks.values()].flat()
  const recorded = records.map(chunk => ({ ...chunk, etag: etags.get(chunk.key) ?? '' }))
  const playlists = [...film.files].flatMap(([name, bytes]): [string, string][] =>
    name.endsWith('.m3u8') ? [[name, bytes.toString()]] : [],
  )
  return {
    plan: film.plan,
    recorded,
    etags,
    filesDecoded: () => files,
    early: (chunks: readonly Chunk[]) => decodeEarly(deps, { signal }, film.plan, chunks),
    gate: (chunks: readonly Chunk[]) =>
      findingAtGate(deps, { signal, log: silentLog }, film.plan, { playlists, chunks }),
  }
}

describe('at the gate', () => {
  it('nothing is decoded that was decoded before', async () => {
    const { recorded, early, gate, filesDecoded } = await setUp()
    const chunks = await early(recorded)
    // Two samples and one more each five minutes, in five rungs and the sound.
    expect(filesDecoded()).toBe(6 * 3)
    expect(chunks.flatMap(({ decoded = [] }) => decoded)).toHaveLength(6 * 3)
    expect(await gate(chunks)).toBeNull()
    expect(filesDecoded()).toBe(6 * 3)
  })

  it('everything is that has no word of it, as records of before have none', async () => {
    const { recorded, gate, filesDecoded } = await setUp()
    expect(await gate(recorded.map(({ etag: _, ...chunk }) => chunk))).toBeNull()
    expect(filesDecoded()).toBe(6 * 3)
  })

  it('an object that is not the one that was checked is found, wherever it lies', async () => {
    const { recorded, gate, etags } = await setUp()
    const chunk = recorded.find(({ track, index }) => track === '480p' && index === 9)
    etags.set(chunk?.key ?? '', '"another"')
    expect(await gate(recorded)).toBe('480p, chunk 9: not the object that was checked')
  })

  it('a store that lists ETags without quotes is believed', async () => {
    const { recorded, gate, etags } = await setUp()
    for (const [key, etag] of etags) etags.set(key, etag.replaceAll('"', ''))
    expect(await gate(recorded)).toBeNull()
  })
})

it('what does not decode gets no record', async () => {
  const { recorded, early } = await setUp({ fails: true })
  await expect(early(recorded)).rejects.toMatchObject({ code: 'check-failed' })
})
